"""Pick data, check it, start a contest."""
