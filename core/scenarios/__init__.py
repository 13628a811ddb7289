"""The document's eight use cases: one file is a claim, its data and its limits."""
