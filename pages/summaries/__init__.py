"""Contests to the figures that charts and panels show; nothing is drawn here."""
