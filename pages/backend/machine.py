"""The machine this server runs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from core.profiling import package_inventory
from core.runtime import run_times
from core.storage import paths
from core.workers import hardware


@cache
def describe_machine() -> str:
    """What this machine is, in one line."""
    facts = hardware.describe_machine()
    cores = f"{facts.cores:g} core" + ("" if facts.cores == 1 else "s")
    size = facts.memory_mb or 0
    memory = f"{size / 1000:.0f} GB" if size >= 10_000 else f"{size / 1000:.1f} GB"
    return f"{facts.gpu or 'No GPU'} · {cores} · {memory} memory"


def memory_note() -> str:
    """One line on what little memory changes here; empty where there is enough."""
    if not hardware.little_memory():
        return ""
    return (
        "Memory is short here: models take turns instead of working side by side. Results are the same and take longer."
    )


def expected_seconds(modality: str, budget: float) -> float | None:
    """How long a contest will take here in all, after earlier ones on the same kind of data; None before the first."""
    return run_times.expected_seconds(modality, budget)


def home_trouble() -> paths.HomeTrouble | None:
    """What keeps uploads and runs from being stored here; None where they can be."""
    return paths.home_trouble()


def package_ages(packages: Iterable[Mapping[str, Any]], names: Iterable[str], today: date) -> dict[str, int]:
    """Days since the release of the named packages, where the day is known.

    Args:
        packages: as the measurement of the software stack stores them.
    """
    return package_inventory.release_ages(packages, names, today)
