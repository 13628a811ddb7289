"""Checks that a plug-in keeps its contract, as scikit-learn's ``check_estimator`` does for estimators.

Each raises ``AssertionError`` with a sentence that names the duty. The tests run them on every shipped plug-in; run
them on your own while you write it::

    from core.api import check_contestant
    from core.contestants.table.linear import CONTESTANT

    check_contestant(CONTESTANT)
"""

from core.plugin_checks.contestant_checks import check_contestant
from core.plugin_checks.measurement_checks import check_measurement, fit_subject
from core.plugin_checks.modality_checks import check_modality

__all__ = ["check_contestant", "check_measurement", "check_modality", "fit_subject"]
