"""Plays what the atlas lacks: one contest a source and size, each written down before the next begins."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import arena, ingest
from core.arena.session import WorkerMode
from core.atlas.entries import AtlasEntry, entry_name
from core.atlas.entry_maker import busiest, load_per_core, make_entry
from core.atlas.entry_store import ENTRIES, read_entries, stale_reason, write_entry
from core.atlas.sources import AtlasSource, SourceData, read_source
from core.evaluation import uncertainty
from core.schema import Cancelled, LoadError, Plan, Progress, ProgressCallback

BUDGET_SECONDS = 60.0
# Rows of a source that names no number, and the fewest that a smaller size is cut to.
ROWS, LEAST_ROWS = 2_000, 60
# Kinds of data whose size is no number of rows.
WHOLE = ("corpus", "interactions", "control", "forecast")
# A replay may differ by so many standard errors of the entry's own mean skill, and by this much for rounding.
ERRORS, ROUNDING = 2.0, 0.01


@dataclass(frozen=True)
class OpenContest:
    """A contest that the atlas lacks, and why: "missing", "damaged" or what makes its entry stale."""

    source: AtlasSource
    share: int
    reason: str

    @property
    def name(self) -> str:
        """The name of its entry."""
        return entry_name(self.source.key, self.share)


@dataclass(frozen=True)
class ReplayedContestant:
    """Mean skill of one contestant in an entry and in its replay, and by how much they may differ, all in points."""

    entry: str
    contestant: str
    before: float
    after: float
    allowed: float

    @property
    def agrees(self) -> bool:
        """Whether both differ by no more than the noise of the entry."""
        return abs(self.after - self.before) <= self.allowed


def open_contests(sources: Sequence[AtlasSource], folder: Path = ENTRIES) -> list[OpenContest]:
    """What is to be played: every source at its full size first, then at its smaller ones.

    Args:
        sources: of the atlas, in playing order. folder: of the entries.
    """
    stored = read_entries(folder)
    found = []
    for share in sorted({share for source in sources for share in source.shares}):
        for source in sources:
            if share not in source.shares:
                continue
            name = entry_name(source.key, share)
            entry = stored.entries.get(name)
            reason = stale_reason(entry) if entry else "damaged" if f"{name}.json" in stored.damaged else "missing"
            if reason:
                found.append(OpenContest(source, share, reason))
    return found


def play_open(
    wanted: Sequence[OpenContest],
    on_progress: ProgressCallback,
    worker_mode: WorkerMode = "process",
    folder: Path = ENTRIES,
    told: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Plays contests one after another and writes each entry before the next contest begins.

    A source that cannot be read or carries no contest is told and passed over; it stays open.

    Args:
        wanted: what to play. worker_mode: as in ``arena.tournament``. folder: of the entries. told: takes a line a
            contest.

    Returns:
        Names of the entries written.

    Raises:
        Cancelled: from ``on_progress``; what was finished is kept.
    """
    written = []
    for place, one in enumerate(wanted, start=1):
        told(f"{place}/{len(wanted)} {one.name} ({one.source.half}): {one.reason}")
        try:
            entry = play_contest(one.source, one.share, on_progress, worker_mode)
        except Cancelled:
            raise
        except Exception as error:
            # One source that breaks must not cost the hours of those behind it; it is told and stays open.
            told(f"  not played: {'' if isinstance(error, LoadError) else type(error).__name__ + ': '}{error}")
            continue
        write_entry(entry, folder)
        written.append(one.name)
    return written


def play_contest(
    source: AtlasSource, share: int, on_progress: ProgressCallback, worker_mode: WorkerMode = "process"
) -> AtlasEntry:
    """One contest as its entry.

    Args:
        source: whose data are played. share: by which its rows are divided. worker_mode: as in ``arena.tournament``.

    Raises:
        LoadError: the source cannot be read, or its data carry no contest. Cancelled: from ``on_progress``.
    """
    on_progress(Progress("read", message=source.title))
    data, before = read_source(source), load_per_core()
    plan = contest_plan(source, data, share)
    contest = arena.tournament(data.dataset, data.task, plan, on_progress, worker_mode=worker_mode)
    return make_entry(source, share, contest, busiest(before))


def contest_plan(source: AtlasSource, data: SourceData, share: int) -> Plan:
    """The plan of an entry: that of a first contest on the page, without explanations, on a share of the rows.

    Args:
        source: with the most rows. data: as read. share: by which the rows are divided.

    Raises:
        LoadError: the share leaves too few rows.
    """
    if data.dataset.modality in WHOLE:
        return Plan(budget_seconds=BUDGET_SECONDS, explain=False)
    usual = ingest.samples()[source.path][1].rows if source.reader == "sample" else None
    rows = min(source.rows or usual or ROWS, len(data.dataset)) // share
    if rows < LEAST_ROWS:
        raise LoadError(f"{source.title} divided by {share} leaves {rows} rows; it takes {LEAST_ROWS}.", source.key)
    return Plan(budget_seconds=BUDGET_SECONDS, explain=False, rows=rows)


def replay_entries(
    sources: Sequence[AtlasSource],
    count: int,
    seed: int,
    on_progress: ProgressCallback,
    worker_mode: WorkerMode = "process",
    folder: Path = ENTRIES,
) -> list[ReplayedContestant]:
    """Plays entries drawn at random once more and compares every contestant's mean skill.

    Args:
        sources: of the atlas; entries of others, and stale ones, are not drawn. count: how many entries. seed: of the
            draw. worker_mode: as in ``arena.tournament``. folder: of the entries.

    Raises:
        LoadError: a source cannot be read. Cancelled: from ``on_progress``.
    """
    known = {source.key: source for source in sources}
    stored = read_entries(folder).entries
    fresh = [entry for entry in stored.values() if entry.source in known and not stale_reason(entry)]
    found = []
    for entry in random.Random(seed).sample(fresh, min(count, len(fresh))):
        again = play_contest(known[entry.source], entry.share, on_progress, worker_mode)
        found += compare_replay(entry, again)
    return found


def compare_replay(entry: AtlasEntry, again: AtlasEntry) -> list[ReplayedContestant]:
    """Mean skill of every contestant with scores in an entry and in its replay.

    One that has no scores in the replay counts as infinitely far off.

    Args:
        entry: as shipped. again: the same contest played once more.
    """
    found = []
    for one in entry.contestants:
        if not one.skill:
            continue
        other = again.record(one.key)
        noise = uncertainty.corrected_error(one.skill, entry.overlap) if len(one.skill) > 1 else 0.0
        before = sum(one.skill) / len(one.skill)
        after = sum(other.skill) / len(other.skill) if other else float("inf")
        found.append(ReplayedContestant(entry.name, one.key, before, after, ERRORS * noise + ROUNDING))
    return found
