"""The only way from pages to core: data, runs, verdicts, events."""
