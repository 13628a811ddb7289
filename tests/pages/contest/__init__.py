"""Tests of pages/contest."""
