"""Processes: one worker per contestant, devices, hardware, the clock of work and its cost table."""
