"""One upload with its expectation, and the judge that says in words where the outcome differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import ingest
from core.schema import LoadError

FINE = ("load", "load_with_warning")
WARN = ("load_with_warning",)
ERROR = ("clear_error",)
TELL = ("load_with_warning", "clear_error")
LOAD = ("load",)


@dataclass(frozen=True)
class Built:
    """Small bytes that are made when they are wanted: collecting the tests makes none of them."""

    make: Callable[[], bytes]

    def __call__(self) -> bytes:
        return self.make()


@dataclass(frozen=True)
class Case:
    """What is uploaded under which name, and what must come of it."""

    key: str
    name: str
    data: bytes | Callable[[], bytes]
    outcome: tuple[str, ...]
    target: str | None = None
    modality: str | None = None
    rows: int | None = None
    cols: int | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    task: str | None = None
    classes: tuple[str, ...] | None = None
    rows_used: int | None = None
    items: int | None = None
    items_bad: int | None = None
    says: str = ""
    security: bool = False
    child: bool = False

    def write(self, folder: Path) -> Path:
        """The file on disk, under a name of its own; the upload's name is ``self.name``."""
        path = folder / re.sub(r"\W+", "_", self.key)
        path.write_bytes(self.data() if callable(self.data) else self.data)
        return path


def inspect_here(case: Case, path: Path) -> dict[str, Any]:
    """``ingest.inspect`` without the child process: the same reading, quicker by its start."""
    from core.ingest.inspection import inspect_dataset

    try:
        dataset = ingest.read(path, case.name, case.modality, case.target)
        return {**inspect_dataset(dataset, case.target), "inputs": dataset.inputs}
    except LoadError as error:
        return {"outcome": "clear_error", "message": str(error)}


def wrongs(case: Case, told: Mapping[str, Any]) -> list[str]:
    """Every way in which the outcome differs from the expectation; empty when it is right."""
    found = []
    words = " ".join(told.get("warnings", ())) + str(told.get("message", ""))
    if told["outcome"] not in case.outcome:
        found.append(f"outcome {told['outcome']}, wanted {' or '.join(case.outcome)}: {words[:300]}")
    if case.says and not re.search(case.says, words, re.IGNORECASE):
        found.append(f"does not say {case.says!r}: {words[:300]}")
    if re.search(r"Traceback|Error\b(?! cell)|Exception|pyarrow|pandas|numpy|calamine|codec|0x[0-9a-f]{6}", words):
        found.append(f"a library speaks: {words[:300]}")
    if told["outcome"] == "clear_error":
        return found
    kinds = {column["name"]: column for column in told["columns"]}
    for name, kind in case.types.items():
        seen = kinds.get(name, {}).get("type")
        if seen not in kind.split("|"):
            found.append(f"column {name!r} is {seen}, wanted {kind}; columns {list(kinds)[:8]}")
    for name, count in case.missing.items():
        if kinds.get(name, {}).get("missing") != count:
            found.append(f"column {name!r} misses {kinds.get(name, {}).get('missing')}, wanted {count}")
    if "inputs" in told:
        found += _wrong_values(case.values, told["inputs"])
    for key in ("rows", "cols", "items", "items_bad"):
        wanted = getattr(case, key)
        if wanted is not None and told[key] != wanted:
            found.append(f"{key} {told[key]}, wanted {wanted}")
    for key in ("task", "rows_used", "classes"):
        wanted = getattr(case, key)
        if wanted is None:
            continue
        seen = (told["target"] or {}).get(key) if case.target else told.get(key)
        seen = tuple(seen) if isinstance(seen, list) else seen
        if seen != wanted:
            found.append(f"{key} {seen}, wanted {wanted}")
    return found


def _wrong_values(wanted: Mapping[str, tuple[Any, ...]], inputs: Any) -> list[str]:
    """The first values of each column as they were read; None stands for missing, numbers may differ by rounding."""
    found = []
    for name, values in wanted.items():
        held = list(inputs[name][: len(values)]) if name in inputs else []
        for row, (seen, right) in enumerate(zip(held, values, strict=False)):
            gone = seen is None or seen != seen
            same = (
                gone if right is None else not gone and (seen == right or _near(seen, right) or str(seen) == str(right))
            )
            if not same:
                found.append(f"column {name!r} row {row} holds {seen!r}, wanted {right!r}")
                break
        if len(held) < len(values):
            found.append(f"column {name!r} has {len(held)} values, wanted {len(values)}")
    return found


def _near(seen: Any, right: Any) -> bool:
    try:
        return abs(float(seen) - float(right)) <= 1e-9 * max(1.0, abs(float(right)))
    except (TypeError, ValueError):
        return False
