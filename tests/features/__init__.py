"""Tests of core/features."""
