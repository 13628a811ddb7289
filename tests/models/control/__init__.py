"""Tests of core/models/control."""
