"""Forecasters: windows of series -> quantiles of the next values; smoothing, boosted trees, networks, both together."""
