"""Errors on held-out rows: confusion, ranking curves, calibration, residuals, costs, disagreement, worst mistakes.

Every file takes recorded answers and predictions of test rows; none of them fits anything.
"""
