"""Tests of core/measurements/ablation/design_ablation."""
