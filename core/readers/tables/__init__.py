"""Reads tables of every common make and decides, column by column, what the values are."""
