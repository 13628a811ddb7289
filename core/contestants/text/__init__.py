"""Contestants for texts."""
