"""Shipped plays of the use cases: one small file each with its verdict, never mixed with a visitor's runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import registry
from core.atlas import code_versions
from core.atlas.entries import EntryError
from core.atlas.sources import FOLDER
from core.schema import OUTCOMES, Machine, Outcome
from core.storage import json_codec, paths

SCHEMA = 1
PLAYS = FOLDER / "use_cases"
MOST_BYTES = 50_000


@dataclass(frozen=True)
class PlayedPart:
    """A part of a use case: its title, and who won it: a family, "tie", or None where nobody could be compared."""

    title: str
    winner: str | None


@dataclass(frozen=True)
class UseCasePlay:
    """What one play of a use case gave.

    Attributes:
        scenario: its key. outcome, because: of its rule, as the page would say them. parts: in playing order.
        budget_seconds, seed: of the plan. digest, finished, machine, versions, seconds: of the contest.
        scoring, contestants: versions of the code that played its first part (``code_versions``).
        load: of the machine per core, the higher of before and after.
    """

    schema: int
    scenario: str
    outcome: Outcome
    because: str
    parts: tuple[PlayedPart, ...]
    budget_seconds: float
    seed: int
    digest: str
    finished: str
    machine: Machine
    versions: Mapping[str, str]
    scoring: str
    contestants: Mapping[str, str] = field(default_factory=dict)
    load: float | None = None
    seconds: float = 0.0


def stale_reason(play: UseCasePlay) -> str:
    """Why a play is no longer that of the installed code, in a phrase; "" where it still is.

    Args:
        play: to compare with the installed contestants and scoring.
    """
    return code_versions.other_code(play.scoring, play.contestants)


def open_use_cases(wanted: Sequence[str] = (), folder: Path = PLAYS) -> dict[str, str]:
    """The use cases that have no play of the installed code, in file order.

    Args:
        wanted: only these keys; none for all. folder: of the plays.

    Returns:
        Key -> "missing", "damaged" or what makes its play stale.
    """
    found = {}
    for key in registry.discover("scenarios"):
        if wanted and key not in wanted:
            continue
        path = folder / f"{key}.json"
        try:
            reason = stale_reason(read_play(path)) if path.is_file() else "missing"
        except EntryError:
            reason = "damaged"
        if reason:
            found[key] = reason
    return found


def write_play(play: UseCasePlay, folder: Path = PLAYS) -> Path:
    """Writes a play to its file, whole or not at all.

    Args:
        play: to write. folder: of the plays; made where it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{play.scenario}.json"
    text = json.dumps(json_codec.to_plain(play), ensure_ascii=False, allow_nan=False, indent=1)
    paths.write_atomically(path, text + "\n", mode=0o666)
    return path


def read_play(path: Path) -> UseCasePlay:
    """One shipped play.

    Args:
        path: of its file, named by the key of its use case.

    Raises:
        EntryError: the file cannot be read or used.
    """
    name = path.stem
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EntryError(f"{name}: larger than {MOST_BYTES:,} bytes")
        play = json_codec.from_json(UseCasePlay, path.read_bytes())
    except OSError as error:
        raise EntryError(f"{name}: {error}") from error
    except json_codec.CodecError as error:
        raise EntryError(f"{name}: {error}") from error
    if play.schema != SCHEMA:
        raise EntryError(f"{name}: schema {play.schema}, not {SCHEMA}")
    if play.scenario != name or play.outcome not in OUTCOMES:
        raise EntryError(f"{name}: is of another use case, or of an outcome that there is not")
    return play


def read_plays(folder: Path = PLAYS) -> dict[str, UseCasePlay]:
    """Every shipped play that can be used, by the key of its use case; a damaged one costs no other its place.

    Args:
        folder: of the plays; one that is not there holds none.
    """
    found = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            found[path.stem] = read_play(path)
        except EntryError:
            continue
    return found
