"""Tests of core/contestants/table."""
