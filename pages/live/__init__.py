"""Ask the models: the contestants of a finished run sit down once more and answer what the visitor types or draws."""

from pages.live.live_panel import panel

__all__ = ["panel"]
