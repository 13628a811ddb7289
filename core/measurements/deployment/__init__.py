"""Measurements of what shipping a model takes."""
