"""Tests of pages/shell."""
