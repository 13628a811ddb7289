"""Tests of core/measurements."""
