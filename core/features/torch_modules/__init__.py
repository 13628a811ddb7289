"""The same features as torch modules, so that an ONNX graph can hold them."""
