"""Tests of core/measurements/ablation/depth_ablation."""
