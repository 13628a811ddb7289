"""What was worked out from a contest and took time, kept as long as the contest itself is held."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from core import limits
from core.storage.caches import Notes

_notes = Notes(limits.NOTES_HELD_BYTES)


def about(of: Any, name: Hashable, make: Callable[[], Any], size: Callable[[Any], int] | None = None) -> Any:
    """The note ``name`` about an unchanging object, made by ``make`` from nothing but the object and the name."""
    return _notes.of(of, name, make, size)


def together(these: Sequence[Any], name: Hashable, make: Callable[[], Any]) -> Any:
    """A note that rests on several objects, in this order; with none there is nothing to keep it by."""
    if not these:
        return make()
    return _notes.of(these[0], (name, *(_notes.number(one) for one in these)), make)
