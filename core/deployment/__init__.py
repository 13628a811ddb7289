"""What shipping a model takes: ONNX export, compression, a benchmark on a small device."""
