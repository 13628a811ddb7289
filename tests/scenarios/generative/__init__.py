"""Tests of core/scenarios/generative."""
