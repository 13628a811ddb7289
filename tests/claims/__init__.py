"""Tests of core/claims."""
