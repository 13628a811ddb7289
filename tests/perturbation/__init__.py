"""Tests of core/perturbation."""
