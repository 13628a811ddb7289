"""The cache of vectors: the same bits with and without it, each item embedded once, costs charged, files bounded."""

from __future__ import annotations

import numpy as np
import pytest

from core import limits
from core.storage import paths, vector_cache
from core.storage.vector_cache import cached_vectors, item_digest
from core.workers import reused_work


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    monkeypatch.setattr(limits, "FREE_DISK_BYTES", 0)


class Encoder:
    """Sums and maxima of items; counts what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, items: np.ndarray) -> np.ndarray:
        self.asked += len(items)
        return np.stack([[item.sum(), item.max()] for item in items]).astype(np.float32)


def items(count: int = 40) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (count, 3, 3), dtype=np.uint8)


def forget() -> None:
    """What another process would know: only the files."""
    vector_cache._Shelf.open_shelves.clear()


def test_every_item_is_embedded_once_over_folds_and_processes():
    encode, rows = Encoder(), items()
    plain = cached_vectors("one", rows, 2, encode)
    assert encode.asked == 40 and not list(paths.vectors_folder().glob("*/*")), "nothing is kept outside of reusing"
    with reused_work.reusing():
        first = cached_vectors("one", rows[:30], 2, encode)
        forget()
        rest = cached_vectors("one", rows[::-1], 2, encode)
    assert encode.asked == 40 + 40, "30 by the first fold, 10 by the second process"
    assert np.array_equal(plain[:30], first) and np.array_equal(plain[::-1], rest)


def test_equal_items_are_embedded_once_and_encoders_are_kept_apart():
    encode, rows = Encoder(), np.repeat(items(5), 4, axis=0)
    with reused_work.reusing():
        found = cached_vectors("one", rows, 2, encode)
        assert encode.asked == 5
        cached_vectors("another", rows, 2, encode)
    assert encode.asked == 10 and np.array_equal(found, cached_vectors("one", rows, 2, encode))


def test_what_reused_vectors_had_cost_is_charged(monkeypatch):
    clock = iter(np.arange(0.0, 100.0, 2.0))
    monkeypatch.setattr(vector_cache.time, "process_time", lambda: next(clock))
    with reused_work.reusing():
        before = reused_work.reused_cpu_seconds()
        cached_vectors("one", items(10), 2, Encoder())
        assert reused_work.reused_cpu_seconds() == before, "computed here: the process's own clock has it"
        cached_vectors("one", items(10)[:5], 2, Encoder())
    assert reused_work.reused_cpu_seconds() - before == pytest.approx(5 * 2.0 / 10)


def test_texts_and_arrays_are_known_by_content():
    assert item_digest("boat") == item_digest(np.str_("boat")) != item_digest("boats")
    row = items(1)[0]
    assert item_digest(row) == item_digest(np.asfortranarray(row)) != item_digest(row.astype(np.int64))
    assert item_digest(row) != item_digest(row.reshape(1, 9))
    assert item_digest("\ud800") != item_digest("")


def test_a_damaged_file_and_a_full_disk_cost_only_work(monkeypatch):
    encode, rows = Encoder(), items(8)
    with reused_work.reusing():
        right = cached_vectors("one", rows, 2, encode)
        for path in paths.vectors_folder().glob("*/*.npy"):
            path.write_bytes(path.read_bytes()[:100])
        forget()
        monkeypatch.setattr(limits, "FREE_DISK_BYTES", 1 << 60)
        assert np.array_equal(cached_vectors("one", rows, 2, encode), right) and encode.asked == 16
        assert np.array_equal(cached_vectors("one", rows, 2, encode), right) and encode.asked == 16, "kept in memory"
    assert len(list(paths.vectors_folder().glob("*/*.npy"))) == 1, "nothing was written on a full disk"


def test_the_longest_unread_files_leave_first(monkeypatch):
    with reused_work.reusing():
        for number in range(4):
            cached_vectors(f"encoder {number}", items(50), 2, Encoder())
    files = sorted(paths.vectors_folder().glob("*/*.npy"), key=lambda path: path.stat().st_mtime)
    monkeypatch.setattr(limits, "VECTOR_CACHE_BYTES", 2 * files[0].stat().st_size)
    vector_cache.remove_unused()
    assert set(paths.vectors_folder().glob("*/*.npy")) == set(files[2:])
    monkeypatch.setattr(limits, "VECTORS_KEPT_SECONDS", -1)
    vector_cache.remove_unused()
    assert not list(paths.vectors_folder().glob("*/*.npy"))


def test_a_stop_leaves_what_is_done(monkeypatch):
    monkeypatch.setattr(vector_cache, "CHUNK", 4)
    encode = Encoder()

    def stop(done: int, of: int) -> None:
        if done >= 8:
            raise KeyboardInterrupt

    with reused_work.reusing():
        with pytest.raises(KeyboardInterrupt):
            cached_vectors("one", items(40), 2, encode, stop)
        cached_vectors("one", items(40), 2, encode)
    assert encode.asked == 40
