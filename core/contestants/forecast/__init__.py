"""Who foretells the next values of series."""
