"""Contestants for tables."""
