"""The only memory: paths, run and dataset stores, caches, locks, the JSON codec."""
