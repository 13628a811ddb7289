"""Tests of pages/views."""
