"""Contestants for images."""
