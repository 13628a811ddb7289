"""Contestants for moving pictures."""
