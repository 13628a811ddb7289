"""A GGUF file read: its facts, and its tensors as float32 arrays. Nothing in the file is run.

Reference: the GGUF specification of the ggml project, version 3.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.language_models import quantised_blocks

GgufValue = bool | int | float | str | list[int] | list[float] | list[str] | list[bool]

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_ENTRIES = 100_000
MOST_DIMENSIONS = 4
STRING, ARRAY = 8, 9
# Number of a kind of value -> its form for ``struct``.
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


class GgufError(ValueError):
    """The file is no GGUF file that can be read, and why."""


@dataclass(frozen=True)
class TensorEntry:
    """Where one tensor stands: shape with the slowest axis first, number of its format, first byte and bytes."""

    shape: tuple[int, ...]
    number: int
    begin: int
    size: int


@dataclass(frozen=True)
class GgufFile:
    """The facts of a file, and its tensors, which are unpacked one at a time."""

    path: Path
    facts: Mapping[str, GgufValue]
    entries: Mapping[str, TensorEntry]

    def tensors(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every tensor by name, unpacked.

        Yields:
            (name, float32 array).
        """
        content = np.memmap(self.path, dtype=np.uint8, mode="r")
        for name, entry in self.entries.items():
            part = content[entry.begin : entry.begin + entry.size]
            yield name, quantised_blocks.unpack_weights(entry.number, np.array(part)).reshape(entry.shape)

    def whole(self, key: str) -> int:
        """A fact that is a whole number.

        Raises:
            GgufError: it is missing or no whole number.
        """
        value = self.facts.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise GgufError(f"{self.path.name} does not say {key}")
        return value

    def number(self, key: str, default: float) -> float:
        """A fact that is a number; ``default`` where the file does not say it."""
        value = self.facts.get(key, default)
        return float(value) if isinstance(value, int | float) else default

    def words(self, key: str) -> list[str]:
        """A fact that is a list of strings.

        Raises:
            GgufError: it is missing or no such list.
        """
        value = self.facts.get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise GgufError(f"{self.path.name} does not hold the list {key}")
        return [str(one) for one in value]


class _Head:
    """The head of a file, read from its beginning on; past the end every read refuses."""

    def __init__(self, content: np.ndarray, name: str) -> None:
        self.content, self.name, self.place = content, name, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.place + size > len(self.content):
            raise GgufError(f"{self.name} ends in the middle of its head")
        part = self.content[self.place : self.place + size].tobytes()
        self.place += size
        return part

    def scalar(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))
        return value  # type: ignore[no-any-return]

    def count(self, what: str, most: int) -> int:
        value = self.scalar("Q")
        if value > most:
            raise GgufError(f"{self.name} declares {value:,} {what}; at most {most:,} are read")
        return value

    def string(self) -> str:
        return self.take(self.count("bytes of one string", len(self.content))).decode("utf-8", "replace")

    def value(self, kind: int) -> GgufValue:
        if kind == STRING:
            return self.string()
        if kind in SCALARS:
            return self.scalar(SCALARS[kind])
        if kind != ARRAY:
            raise GgufError(f"{self.name} holds a value of an unknown kind ({kind})")
        inner, size = self.scalar("I"), self.count("values of one list", len(self.content))
        if inner == STRING:
            return [self.string() for _ in range(size)]
        if inner not in SCALARS:
            raise GgufError(f"{self.name} holds a list of an unknown kind ({inner})")
        form = f"<{size}{SCALARS[inner]}"
        return list(struct.unpack(form, self.take(struct.calcsize(form))))

    def entry(self) -> TensorEntry:
        """One tensor; ``begin`` counts from the end of the head, and the file has the fastest axis first."""
        dimensions = self.scalar("I")
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise GgufError(f"{self.name} holds a tensor of {dimensions} dimensions")
        shape = tuple(self.scalar("Q") for _ in range(dimensions))[::-1]
        number, begin = self.scalar("I"), self.scalar("Q")
        try:
            return TensorEntry(shape, number, begin, quantised_blocks.stored_bytes(number, math.prod(shape)))
        except ValueError as error:
            raise GgufError(f"{self.name}: {error}") from error


def read_gguf(path: Path) -> GgufFile:
    """The head of a file: facts, and where its tensors stand; no weight is read yet.

    Args:
        path: of the file.

    Raises:
        GgufError: no GGUF file, damaged, or with weights in a format that is not read.
    """
    content = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.zeros(0, np.uint8)
    head = _Head(content, path.name)
    if len(content) < len(MAGIC) or head.take(4) != MAGIC:
        raise GgufError(f"{path.name} is no GGUF file")
    version = head.scalar("I")
    if version not in VERSIONS:
        raise GgufError(f"{path.name} is of version {version}; {' and '.join(map(str, VERSIONS))} are read")
    tensors, known = head.count("tensors", MOST_ENTRIES), head.count("facts", MOST_ENTRIES)
    facts: dict[str, GgufValue] = {}
    for _ in range(known):
        key = head.string()
        facts[key] = head.value(head.scalar("I"))
    entries = {head.string(): head.entry() for _ in range(tensors)}
    step = facts.get("general.alignment", 32)
    step = step if isinstance(step, int) and step > 0 else 32
    first = -(-head.place // step) * step
    placed = {name: TensorEntry(one.shape, one.number, first + one.begin, one.size) for name, one in entries.items()}
    for name, one in placed.items():
        if one.begin + one.size > len(content):
            raise GgufError(f"{path.name} ends before the end of the tensor {name}")
    return GgufFile(path, facts, placed)
