"""Fitted models of every modality and what trains them."""
