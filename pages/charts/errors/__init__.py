"""Charts of mistakes: confusion, ranking, calibration, costs, residuals, agreement, and the items themselves."""
