"""Tests of core/workers."""
