"""What a machine allows: limits of containers of both kinds, what is left of them, and when memory counts as little."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import limits
from core.workers import hardware

FILES = {
    "two": ("memory.max", "memory.current", "memory.stat"),
    "one": ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
}


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hardware, "CGROUP", tmp_path)
    monkeypatch.delenv(hardware.MEMORY_MB, raising=False)
    (tmp_path / "memory").mkdir()
    return tmp_path


@pytest.mark.parametrize("version", ["one", "two"])
def test_what_is_left_does_not_count_files_that_can_be_dropped(container: Path, version: str) -> None:
    limit, used, told = FILES[version]
    (container / limit).write_text("1000000000\n")
    (container / used).write_text("990000000\n")
    (container / told).write_text("anon 800000000\ninactive_file 100000000\nactive_file 50000000\n")
    assert hardware.memory_limit() == 1_000_000_000
    assert hardware.memory_left() == 160_000_000
    assert hardware.little_memory()
    (container / told).write_text("anon 985000000\n")
    assert hardware.memory_left() == 10_000_000


@pytest.mark.parametrize("place", ["memory.events", "memory/memory.oom_control", ""])
def test_kills_for_want_of_memory_are_counted_where_they_are_told(
    container: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    system = container / "vmstat"
    monkeypatch.setattr(hardware, "SYSTEM_COUNTS", system)
    assert hardware.memory_kills() is None
    system.write_text("nr_free_pages 12\noom_kill 7\n")
    if place:
        (container / place).write_text("under_oom 0\noom 3\noom_kill 2\n")
    assert hardware.memory_kills() == (2 if place else 7)


def test_without_a_container_nothing_is_little_or_short(container: Path) -> None:
    assert hardware.memory_left() is None
    (container / "memory.max").write_text("max\n")
    (container / "memory.current").write_text("5\n")
    assert hardware.memory_left() is None
    assert hardware.little_memory() == (hardware.memory_limit() < limits.LITTLE_MEMORY_BYTES)


@pytest.mark.parametrize(("told", "little"), [("900", True), ("64000000", False), ("much", False), ("", False)])
def test_whoever_runs_the_app_can_say_how_much_it_may_use(
    container: Path, monkeypatch: pytest.MonkeyPatch, told: str, little: bool
) -> None:
    monkeypatch.setenv(hardware.MEMORY_MB, told)
    if hardware.psutil.virtual_memory().total < limits.LITTLE_MEMORY_BYTES:
        pytest.skip("this machine itself has little memory")
    assert hardware.little_memory() is little
    if little:
        assert hardware.memory_limit() == 900 * limits.MB


def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    import os
    import sys

    import numpy as np

    if not hardware.release_memory():
        hardware.release_memory()
    held = [np.ones(15_000) for _ in range(2_000)]  # 120 kB each: from the heap, not from maps of their own
    top = np.ones(15_000)
    full = hardware.process_memory(os.getpid())
    del held
    hardware.release_memory()
    if sys.platform != "linux":
        pytest.skip("only glibc can be asked")
    assert full - hardware.process_memory(os.getpid()) > 150e6
    assert top[0] == 1
