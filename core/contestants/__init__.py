"""Who competes: one file is one contestant, <modality>_<who>.py."""
