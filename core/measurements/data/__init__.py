"""Measurements of how much data a model needs."""
