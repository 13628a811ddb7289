"""Language models: a GGUF file to tensors, byte pairs, a decoder in torch, what it finds likely, and what it writes."""
