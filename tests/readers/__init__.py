"""Tests of core/readers."""
