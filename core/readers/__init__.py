"""Bytes to values: archives, images, audio, texts and sensor tables of untrusted uploads."""
