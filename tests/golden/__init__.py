"""Golden files: what small contests gave before the code was moved and renamed, held to the last digit."""
