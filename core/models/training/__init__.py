"""Training of networks: the loop, budgets, output layers, tuning."""
