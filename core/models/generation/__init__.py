"""Character-level language models."""
