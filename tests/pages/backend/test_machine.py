"""The line about the machine, and what it says where memory is short."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.workers import hardware
from pages.backend import machine


@pytest.fixture
def fresh() -> Iterator[None]:
    machine.describe_machine.cache_clear()
    yield
    machine.describe_machine.cache_clear()


def test_little_memory_is_told_in_one_line(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "memory_limit", lambda: 690_000_000)
    assert "0.7 GB memory" in machine.describe_machine()
    assert "take turns" in machine.memory_note() and "same" in machine.memory_note()


def test_enough_memory_needs_no_words(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "memory_limit", lambda: 24_000_000_000)
    assert "24 GB memory" in machine.describe_machine() and machine.memory_note() == ""
