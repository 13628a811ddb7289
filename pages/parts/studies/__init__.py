"""Studies of a finished contest: what can be measured beyond the contest itself, and the panel of each."""

from pages.parts.studies.everything import arriving, chosen
from pages.parts.studies.everything import panel as all_rows
from pages.parts.studies.offer import evidence, section
from pages.parts.studies.panels import panel
from pages.parts.studies.uses import use_case
from pages.parts.studies.waiting import ask, keys_of, pending, sampling

__all__ = [
    "all_rows",
    "arriving",
    "ask",
    "chosen",
    "evidence",
    "keys_of",
    "panel",
    "pending",
    "sampling",
    "section",
    "use_case",
]
