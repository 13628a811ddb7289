"""Measurements of anomaly detectors."""
