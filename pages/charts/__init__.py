"""Charts: figures of a contest to Altair specifications."""
