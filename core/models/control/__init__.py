"""Environments and controllers."""
