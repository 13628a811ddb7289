"""The rows of the document's table: one file is one row and the rule that judges it."""
