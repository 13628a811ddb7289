"""Tests of core/models/tabular."""
