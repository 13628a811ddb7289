"""The document's twelve table rows: one file is one row and the rule that judges it."""
