"""Studies of a finished contest: what can be measured beyond the contest itself, and the panel of each."""

from pages.measurements.measure_all_panel import arriving, chosen
from pages.measurements.measure_all_panel import panel as all_rows
from pages.measurements.measurement_menu import evidence, section
from pages.measurements.measurement_panels import panel
from pages.measurements.pending_jobs import ask, keys_of, pending, sampling
from pages.measurements.use_case_study import use_case

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
