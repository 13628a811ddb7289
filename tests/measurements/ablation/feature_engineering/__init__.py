"""Tests of core/measurements/ablation/feature_engineering."""
