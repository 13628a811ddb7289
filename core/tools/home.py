"""Where Crossover keeps what must outlive a page: one private folder, outside the watched source tree."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The private folder: ``$CROSSOVER_HOME`` or ``~/.cache/crossover``, created readable by its owner only."""
    return _made(Path(os.environ.get("CROSSOVER_HOME") or Path.home() / ".cache" / "crossover"))


def runs() -> Path:
    """Folders of runs, one each, named by the run's id."""
    return _made(home() / "runs")


def parcels() -> Path:
    """Folders of parsed uploads and cached samples."""
    return _made(home() / "parcels")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
