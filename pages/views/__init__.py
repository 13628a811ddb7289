"""What one page shows as a whole."""
