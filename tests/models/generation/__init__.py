"""Tests of core/models/generation."""
