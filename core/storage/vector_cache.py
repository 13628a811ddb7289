"""Vectors of frozen encoders on disk, by the content of each item: every process embeds an item at most once."""

from __future__ import annotations

import contextlib
import hashlib
import io
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core import limits
from core.storage import paths
from core.workers import reused_work

CHUNK = 256
DIGEST_BYTES = 16


def cached_vectors(
    encoder: str,
    items: Any,
    width: int,
    encode: Callable[[Any], np.ndarray],
    on_chunk: Callable[[int, int], None] = lambda done, of: None,
) -> np.ndarray:
    """Vectors of items, taken from the cache inside ``reused_work.reusing`` and computed otherwise.

    ``encode`` must give an item the same bits whatever stands beside it, so that the cache never changes a score. What
    reused vectors had cost is charged to this process (``reused_work.charge``).

    Args:
        encoder: name, version and settings, everything beside the item that decides the bits.
        items: array (n, ...) or n texts. width: of a vector. encode: items -> float32 (m, width).
        on_chunk: (items done, items in all), called after each chunk; it may raise to stop.

    Returns:
        float32 (n, width).
    """
    rows = items if isinstance(items, np.ndarray) else np.array([str(item) for item in items], dtype=object)
    made = np.zeros((len(rows), width), dtype=np.float32)
    if not reused_work.is_reusing():
        for begin in range(0, len(rows), CHUNK):
            made[begin : begin + CHUNK] = encode(rows[begin : begin + CHUNK])
            on_chunk(min(begin + CHUNK, len(rows)), len(rows))
        return made
    marks = [item_digest(row) for row in rows]
    shelf = _shelf(encoder)
    shelf.read_new_files(width)
    missing = list(dict.fromkeys(place for place, mark in enumerate(marks) if mark not in shelf.index))
    first = list({marks[place]: place for place in reversed(missing)}.values())[::-1]
    fresh = {marks[place] for place in first}
    for begin in range(0, len(first), CHUNK):
        chosen = np.array(first[begin : begin + CHUNK])
        spent = time.process_time()
        vectors = encode(rows[chosen])
        spent = time.process_time() - spent
        shelf.add([marks[place] for place in chosen], vectors, spent / len(chosen))
        on_chunk(len(rows) - len(first) + begin + len(chosen), len(rows))
    reused = 0.0
    for place, mark in enumerate(marks):
        record = shelf.index[mark]
        made[place] = record["vector"]
        if mark in fresh:
            fresh.discard(mark)
        else:
            reused += float(record["cpu_seconds"])
    reused_work.charge(reused)
    return made


def item_digest(item: Any) -> bytes:
    """16 bytes that stand for the content of an item: its values, shape and type.

    Args:
        item: an array or a text.
    """
    if isinstance(item, np.ndarray):
        head, body = f"{item.dtype.str}{item.shape}", np.ascontiguousarray(item).tobytes()
    else:
        head, body = "text", str(item).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(head.encode() + b"\0" + body, digest_size=DIGEST_BYTES).digest()


class _Shelf:
    """The vectors of one encoder: its folder, the files read so far, and where each item's record is."""

    open_shelves: ClassVar[dict[Path, _Shelf]] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index: dict[bytes, Any] = {}
        self.read: set[str] = set()

    def read_new_files(self, width: int) -> None:
        """Takes in what other processes have written since the last look; a damaged file is left alone."""
        with contextlib.suppress(OSError):
            for path in sorted(self.folder.glob("*.npy")):
                if path.name in self.read:
                    continue
                self.read.add(path.name)
                with contextlib.suppress(OSError, ValueError):
                    records = np.load(path, mmap_mode="r", allow_pickle=False)
                    if records.dtype == _record(width):
                        self._enter(records)
                        path.touch()

    def add(self, marks: Sequence[bytes], vectors: np.ndarray, cpu_seconds: float) -> None:
        """Keeps new vectors, on disk too where there is room."""
        records = np.zeros(len(marks), dtype=_record(vectors.shape[1]))
        records["digest"] = np.frombuffer(b"".join(marks), dtype=np.uint8).reshape(len(marks), DIGEST_BYTES)
        records["vector"], records["cpu_seconds"] = vectors, cpu_seconds
        self._enter(records)
        with contextlib.suppress(OSError):
            if paths.free_bytes() > limits.FREE_DISK_BYTES:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                written = io.BytesIO()
                np.save(written, records, allow_pickle=False)
                path = self.folder / f"{secrets.token_hex(8)}.npy"
                self.read.add(path.name)
                paths.write_atomically(path, written.getvalue(), durable=False)
                remove_unused()

    def _enter(self, records: np.ndarray) -> None:
        for record, mark in zip(records, np.ascontiguousarray(records["digest"]), strict=True):
            self.index.setdefault(mark.tobytes(), record)


def _record(width: int) -> np.dtype[Any]:
    return np.dtype([("digest", "u1", (DIGEST_BYTES,)), ("cpu_seconds", "<f4"), ("vector", "<f4", (width,))])


def _shelf(encoder: str) -> _Shelf:
    folder = paths.vectors_folder() / hashlib.sha256(encoder.encode()).hexdigest()[:16]
    return _Shelf.open_shelves.setdefault(folder, _Shelf(folder))


def remove_unused() -> None:
    """Removes files that nobody has read for ``VECTORS_KEPT_SECONDS``, then the longest unread beyond the cap."""
    files = []
    for path in paths.vectors_folder().glob("*/*.npy"):
        with contextlib.suppress(OSError):
            status = path.stat()
            files.append((status.st_mtime, status.st_size, path))
    held, oldest = 0, time.time() - limits.VECTORS_KEPT_SECONDS
    for changed, size, path in sorted(files, reverse=True):
        held += size
        if changed < oldest or held > limits.VECTOR_CACHE_BYTES:
            with contextlib.suppress(OSError):
                path.unlink()
