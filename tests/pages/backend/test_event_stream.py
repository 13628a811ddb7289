"""News of a run are read once, thinned without losing a fold, and never handed to another owner."""

from __future__ import annotations

import pytest

from core import registry
from core.runtime import jobs
from pages.backend import event_stream


def news(count: int, start: int = 0) -> list[dict[str, object]]:
    return [{"seq": start + k + 1, "stage": "fold" if k % 100 == 99 else "fit", "at": k} for k in range(count)]


def test_thinning_keeps_folds_and_the_newest() -> None:
    told = news(5_000)
    left = event_stream.thin_events(told, 500)
    assert sum(event["stage"] == "fold" for event in left) == 50
    assert sum(event["stage"] == "fit" for event in left) <= 500
    assert left[-1] is told[-1] and [event["seq"] for event in left] == sorted(event["seq"] for event in left)


def test_thinning_keeps_the_starts_of_measurements() -> None:
    title = registry.find("measurements", "learning_curve").title
    start = {"seq": 0, "stage": "measure", "at": 0, "step": 1, "of": 14, "message": title}
    inner = [{"seq": k, "stage": "measure", "at": k, "message": f"network {k} of 3"} for k in range(1, 900)]
    assert event_stream.thin_events([start, *inner], 50)[0] is start


def test_only_what_is_new_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    whole = news(40)

    def events(run: str, owner: str, after: int = 0) -> list[dict[str, object]]:
        asked.append((owner, after))
        return [event for event in whole if int(event["seq"]) > after] if owner == "mine" else []  # type: ignore[call-overload]

    monkeypatch.setattr(jobs, "get_events", events)
    run = "0" * 31 + "7"
    assert len(event_stream.read_events(run, "mine")) == 40
    whole += news(2, 40)
    assert len(event_stream.read_events(run, "mine")) == 42
    assert event_stream.read_events(run, "another") == []
    assert asked == [("mine", 0), ("mine", 40), ("another", 0)]
