"""What a model costs: latency, energy, prices, the software stack."""
