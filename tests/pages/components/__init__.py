"""Tests of pages/components."""
