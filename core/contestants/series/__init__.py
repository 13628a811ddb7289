"""Contestants for windows of sensor series, classifiers and anomaly detectors."""
