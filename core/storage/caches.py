"""Caches bounded in bytes: texts parsed from files, and values computed from an object."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

Computed = TypeVar("Computed")


class _FileState(NamedTuple):
    """A file as it was when it was read: its path, nanoseconds of its last change, and its size in bytes."""

    path: str
    changed_ns: int
    size: int


class _DerivedKey(NamedTuple):
    """The number of an object and the name of a value computed from it."""

    number: int
    name: Hashable


class FileCache:
    """Least recently used files leave first; a file counts with its size on disk. Safe between threads."""

    def __init__(self, max_bytes: int) -> None:
        self._most, self._held = max_bytes, 0
        self._kept: OrderedDict[_FileState, Any] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def read(self, path: Path, parse: Callable[[str], Computed]) -> Computed:
        """The parsed text of a file; the same object as long as the file is untouched and has room.

        Raises:
            OSError: the file is not there. Whatever ``parse`` raises passes through.
        """
        there = path.stat()
        key = _FileState(str(path), there.st_mtime_ns, there.st_size)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        parsed = parse(path.read_text(encoding="utf-8"))
        with self._guard:
            for old in [one for one in self._kept if one.path == key.path]:
                self._drop(old)
            if key.size <= self._most:
                self._kept[key] = parsed
                self._held += key.size
            while self._held > self._most:
                self._drop(next(iter(self._kept)))
        return parsed

    def _drop(self, key: _FileState) -> None:
        del self._kept[key]
        self._held -= key.size


class DerivedCache:
    """Values computed from an object, kept as long as that object lives and there is room. Safe between threads.

    An object is known by itself, not by its content: whatever is noted must follow from it and from the note's name.
    """

    def __init__(self, max_bytes: int) -> None:
        self._most, self._held = max_bytes, 0
        self._kept: OrderedDict[_DerivedKey, tuple[Any, int]] = OrderedDict()
        self._numbers: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._gone: deque[tuple[int, int]] = deque()
        self._next = itertools.count()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def identity_of(self, obj: object) -> int:
        """A number that no other object ever gets, not even one that takes this one's place in memory."""
        with self._guard:
            self._sweep()
            known = self._numbers.get(id(obj))
            if known is not None and known[0]() is obj:
                return known[1]
            place, number = id(obj), next(self._next)
            # Called while memory is collected, anywhere and in any thread: it only leaves word.
            self._numbers[place] = weakref.ref(obj, lambda _: self._gone.append((place, number))), number
            return number

    def get(
        self,
        obj: object,
        name: Hashable,
        compute: Callable[[], Computed],
        size: Callable[[Computed], int] | None = None,
    ) -> Computed:
        """The value ``name`` computed from ``obj``, computed now unless it is cached.

        size: bytes that a made note counts with; 1,000 without it.
        """
        key = _DerivedKey(self.identity_of(obj), name)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        made = compute()
        counted = size(made) if size else 1_000
        with self._guard:
            self._drop(key)
            if counted <= self._most:
                self._kept[key] = (made, counted)
                self._held += counted
            while self._held > self._most:
                self._drop(next(iter(self._kept)))
        return made

    def _sweep(self) -> None:
        while self._gone:
            place, number = self._gone.popleft()
            if place in self._numbers and self._numbers[place][1] == number:
                del self._numbers[place]
            for key in [key for key in self._kept if key.number == number]:
                self._drop(key)

    def _drop(self, key: _DerivedKey) -> None:
        if key in self._kept:
            self._held -= self._kept.pop(key)[1]
