"""Tests of pages/live."""
