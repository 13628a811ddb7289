"""Contestants that write: character-level language models."""
