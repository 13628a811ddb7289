"""What a run has told so far: every redraw asks only for the news since the last, and keeps what is drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from core import registry
from core.runtime import jobs

RUNS = 32
MOST = 1_500
STAGES_KEPT = frozenset({"plan", "fold", "read", "check"})


@dataclass
class _Stream:
    last: int = 0
    events: list[Mapping[str, Any]] = field(default_factory=list)


_lock = Lock()
_streams: OrderedDict[tuple[str, str], _Stream] = OrderedDict()


def read_events(run: str, owner: str) -> Sequence[Mapping[str, Any]]:
    """The news of a run, oldest first: all plans, folds and starts of measurements, and at most 1,500 others, thinned
    where there were more.

    What is kept belongs to one owner's key, so nobody is handed another's; the store checks ownership on every read.
    """
    with _lock:
        kept = _streams.setdefault((run, owner), _Stream())
        _streams.move_to_end((run, owner))
        while len(_streams) > RUNS:
            _streams.popitem(last=False)
        fresh = jobs.get_events(run, owner, kept.last)
        if fresh:
            kept.last = int(fresh[-1]["seq"])
            kept.events = thin_events([*kept.events, *fresh])
        return list(kept.events)


def _is_kept(event: Mapping[str, Any]) -> bool:
    """Whether an event is one of the few that say where a run is: a fold, or the start of a measurement."""
    return event["stage"] in STAGES_KEPT or (not event.get("contestant") and event.get("message") in _titles())


@cache
def _titles() -> frozenset[str]:
    return frozenset(one.title for one in registry.discover("measurements").values())


def thin_events(news: Sequence[Mapping[str, Any]], most: int = MOST) -> list[Mapping[str, Any]]:
    """The news with every second progress line dropped until at most ``most`` are left; the newest always stays."""
    told = list(news)
    while sum(not _is_kept(event) for event in told) > most:
        place, last = 0, len(told) - 1
        left: list[Mapping[str, Any]] = []
        for k, event in enumerate(told):
            place += not _is_kept(event)
            if _is_kept(event) or k == last or place % 2:
                left.append(event)
        told = left
    return told
