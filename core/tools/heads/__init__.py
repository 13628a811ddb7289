"""What stands on top of features: linear, kernel and boosted heads with one face.

A head is a fitted ``Head``: features (n, d) in, raw outputs (n, width) of an ``Answer`` out.
"""

from core.tools.heads.boosted import boosted
from core.tools.heads.calibrated import blend, calibration
from core.tools.heads.head import Head
from core.tools.heads.kernel import kernel
from core.tools.heads.linear import linear

__all__ = ["Head", "blend", "boosted", "calibration", "kernel", "linear"]
