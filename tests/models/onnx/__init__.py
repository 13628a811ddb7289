"""Tests of core/models/onnx."""
