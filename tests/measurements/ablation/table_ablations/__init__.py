"""Tests of core/measurements/ablation/table_ablations."""
