"""Tests of pages/measurements."""
