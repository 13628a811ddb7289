"""Processes: one worker per contestant, devices, hardware, the CPU clock."""
