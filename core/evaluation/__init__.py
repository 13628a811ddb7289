"""How a contest is scored: tasks, splits, metrics, uncertainty, learning curves, checks of the data."""
