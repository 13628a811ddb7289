"""Tests of core/measurements/ablation."""
