"""Measurements of time, memory, energy and money."""
