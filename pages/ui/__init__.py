"""Session state, theme, formatting, alerts."""
