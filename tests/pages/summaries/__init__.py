"""Tests of pages/summaries."""
