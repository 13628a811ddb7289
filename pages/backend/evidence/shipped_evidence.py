"""The evidence that ships with the app: population verdicts over many data sets, apart from a visitor's own runs."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from core.atlas import atlas_summary, use_case_plays
from core.atlas.atlas_summary import AtlasSummary
from core.atlas.entries import EntryError
from core.atlas.populations import DatasetEffect, PopulationVerdict
from core.atlas.use_case_plays import UseCasePlay

__all__ = [
    "DatasetEffect",
    "PopulationVerdict",
    "ShippedEvidence",
    "UseCasePlay",
    "load_evidence",
    "load_plays",
    "outdated_entries",
]


@dataclass(frozen=True)
class ShippedEvidence:
    """The summary of the atlas, or None and why it cannot be used. The app lives without it."""

    summary: AtlasSummary | None
    problem: str = ""

    def verdict(self, claim: str) -> PopulationVerdict | None:
        """The population verdict on a claim, None where the atlas measures nothing for it."""
        return self.summary.verdict(claim) if self.summary else None


def load_evidence() -> ShippedEvidence:
    """What ships, read and checked once until its files change."""
    return _read(_stamp())


def _stamp() -> tuple[int, ...]:
    """Changes whenever the summary or an entry is written anew."""
    try:
        return tuple(path.stat().st_mtime_ns for path in (atlas_summary.SUMMARY, atlas_summary.ENTRIES))
    except OSError:
        return ()


@lru_cache(maxsize=1)
def _read(stamp: tuple[int, ...]) -> ShippedEvidence:
    try:
        return ShippedEvidence(atlas_summary.read_summary())
    except EntryError as error:
        return ShippedEvidence(None, str(error))


def outdated_entries(evidence: ShippedEvidence) -> tuple[str, ...] | None:
    """Names of the entries that other code played than the installed one.

    Reading all that code takes about a second, once in a process, and nobody waits for it.

    Returns:
        None as long as that is not known yet.
    """
    if evidence.summary is None:
        return ()
    found = _compared(evidence.summary.digest)
    return found.result() if found.done() else None


@lru_cache(maxsize=1)
def _compared(digest: str) -> Future[tuple[str, ...]]:
    summary = load_evidence().summary
    assert summary is not None
    worker = ThreadPoolExecutor(1, thread_name_prefix="code-versions")
    found = worker.submit(atlas_summary.stale_entries, summary)
    worker.shutdown(wait=False)
    return found


def load_plays() -> dict[str, UseCasePlay]:
    """The shipped plays of use cases by key, read and checked once until their folder changes."""
    try:
        stamp = use_case_plays.PLAYS.stat().st_mtime_ns
    except OSError:
        return {}
    return _read_plays(stamp)


@lru_cache(maxsize=1)
def _read_plays(stamp: int) -> dict[str, UseCasePlay]:
    return use_case_plays.read_plays(use_case_plays.PLAYS)
