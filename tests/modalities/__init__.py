"""Tests of core/modalities."""
