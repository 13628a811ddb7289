"""Tests of core/tools."""
