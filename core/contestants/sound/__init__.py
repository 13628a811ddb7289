"""Contestants for sounds."""
