"""What claims and use cases judge with: votes of contests, rules, the model router."""
