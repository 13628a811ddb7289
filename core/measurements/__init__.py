"""What is measured on a fitted contestant: one file is one number with a unit."""
