"""Cells of a column as values: numbers, dates, times of day and missing values, each told by the whole column."""
