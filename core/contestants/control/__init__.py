"""Contestants that act: controllers of an environment, scored by return."""
