"""What was worked out from a contest and took time, kept as long as the contest itself is held."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from core import limits
from core.storage.caches import DerivedCache

_notes = DerivedCache(limits.DERIVED_CACHE_BYTES)


def cached_for(subject: Any, name: Hashable, make: Callable[[], Any], size: Callable[[Any], int] | None = None) -> Any:
    """The note ``name`` about an unchanging object, made by ``make`` from nothing but the object and the name."""
    return _notes.get(subject, name, make, size)


def cached_for_all(subjects: Sequence[Any], name: Hashable, make: Callable[[], Any]) -> Any:
    """A note that rests on several objects, in this order; with none there is nothing to keep it by."""
    if not subjects:
        return make()
    return _notes.get(subjects[0], (name, *(_notes.identity_of(one) for one in subjects)), make)
