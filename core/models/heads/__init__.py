"""What stands on top of features: linear, kernel and boosted heads with one face.

A head is a fitted ``Head``: features (n, d) in, raw outputs (n, width) of an ``OutputSpec`` out.
"""

from core.models.heads.boosted_trees import fit_boosted_trees
from core.models.heads.calibration import fit_blend, fit_calibration
from core.models.heads.head import Head, LabelledRows
from core.models.heads.kernel_svm import fit_kernel_svm
from core.models.heads.linear_head import fit_linear

__all__ = ["Head", "LabelledRows", "fit_blend", "fit_boosted_trees", "fit_calibration", "fit_kernel_svm", "fit_linear"]
