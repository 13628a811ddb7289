"""Models of clips."""
