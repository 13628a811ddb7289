"""Contestants of pictures, sounds, texts and series as ONNX: their hand-made features rebuilt as part of the graph.

What a contestant computes in NumPy is written again as torch modules over raw inputs (pixels, samples, readings), so
that one exporter writes features and head as one graph. What cannot be part of a graph stays outside and is named.
"""

from core.models.onnx.portable_model import PortableModel

__all__ = ["PortableModel"]
