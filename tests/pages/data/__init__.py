"""Tests of pages/data."""
