"""Measurements beyond the contest itself: the menu that starts them, and the panel of each."""
