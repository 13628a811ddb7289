"""What stands on top of features: linear, kernel and boosted heads with one face.

A head is a fitted ``Head``: features (n, d) in, raw outputs (n, width) of an ``Answer`` out.
"""

from core.models.heads.boosted_trees import boosted
from core.models.heads.calibration import blend, calibration
from core.models.heads.head import Head
from core.models.heads.kernel_svm import kernel
from core.models.heads.linear import linear

__all__ = ["Head", "blend", "boosted", "calibration", "kernel", "linear"]
