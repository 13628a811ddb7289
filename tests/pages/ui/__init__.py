"""Tests of pages/ui."""
