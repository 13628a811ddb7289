"""Contestants that recommend: rankers of items for users."""
