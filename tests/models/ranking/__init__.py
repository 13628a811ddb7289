"""Tests of core/models/ranking."""
