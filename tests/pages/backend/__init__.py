"""Tests of pages/backend."""
