"""Tests of what can be uploaded."""
