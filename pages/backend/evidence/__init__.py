"""The evidence that ships with the app: what it says of claims, and what it expects of new data."""
