"""Panels of a contest's result."""
