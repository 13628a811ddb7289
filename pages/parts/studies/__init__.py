"""Studies of a finished contest: what can be measured beyond the contest itself, and the panel of each."""

from pages.parts.studies.offer import evidence, section
from pages.parts.studies.panels import panel
from pages.parts.studies.uses import use_case

__all__ = ["evidence", "panel", "section", "use_case"]
