"""Questions to the fitted contestants of a finished contest, answered while the visitor waits."""
