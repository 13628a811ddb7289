"""Faults: what happens to runs when processes, disks and people do their worst."""
