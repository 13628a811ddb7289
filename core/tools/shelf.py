"""A shelf of a bounded number of bytes: what was read from a file is kept until the file changes or room runs out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Shelf:
    """Least recently used files leave first; a file counts with its size on disk. Safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        self._kept: OrderedDict[tuple[str, int, int], Any] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def read(self, path: Path, parse: Callable[[str], Any]) -> Any:
        """The parsed text of a file; the same object as long as the file is untouched and has room.

        Raises:
            OSError: the file is not there. Whatever ``parse`` raises passes through.
        """
        there = path.stat()
        key = (str(path), there.st_mtime_ns, there.st_size)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        parsed = parse(path.read_text(encoding="utf-8"))
        with self._guard:
            for old in [one for one in self._kept if one[0] == key[0]]:
                self._drop(old)
            if key[2] <= self._most:
                self._kept[key] = parsed
                self._held += key[2]
            while self._held > self._most:
                self._drop(next(iter(self._kept)))
        return parsed

    def _drop(self, key: tuple[str, int, int]) -> None:
        del self._kept[key]
        self._held -= key[2]
