"""Measurements of whether a model and its explanations can be relied on."""
