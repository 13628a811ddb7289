"""Tests of core/profiling."""
