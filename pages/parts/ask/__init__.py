"""Ask the models: the contestants of a finished run sit down once more and answer what the visitor types or draws."""

from pages.parts.ask.room import panel

__all__ = ["panel"]
