"""Panels of mistakes: which answers are wrong, how, at what cost, and for which family only."""
