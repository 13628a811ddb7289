"""Sound models."""
