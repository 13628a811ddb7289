"""Looks at all bytes of a large text at once: control bytes, and cells that begin like a code such as 007."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

# Fits in the processor's cache with all that is made of it.
SCAN_BYTES = 1 << 18
CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])


class ByteScan(NamedTuple):
    """Whether a text holds control bytes, and whether any cell begins with a zero before another digit."""

    control: bool
    coded: bool


def scan_bytes(path: Path, delimiter: str) -> ByteScan:
    """What the bytes of a text hold; after a control byte nothing more is looked at."""
    found, tail = False, b"\n"
    with open(path, "rb") as file:
        while piece := file.read(SCAN_BYTES):
            # Deleting them and counting is several times quicker than searching for one.
            if len(piece.translate(None, CONTROL)) != len(piece):
                return ByteScan(True, found)
            found = found or _coded(np.frombuffer(tail + piece, np.uint8), delimiter)
            tail = piece[-3:]
    return ByteScan(False, found)


def _coded(letters: np.ndarray, delimiter: str) -> bool:
    before = letters[:-2]
    code = (letters[1:-1] == ord("0")) & (letters[2:] - np.uint8(ord("0")) < 10)
    opens = (before == ord(delimiter)) | (before == ord("\n")) | (before == ord("\r")) | (before == ord('"'))
    if (code & opens).any():
        return True
    # Behind a blank only where the blank opens the cell; else every time of day would count.
    behind = code & (before == ord(" "))
    return bool(behind.any()) and bool(np.isin(letters[np.flatnonzero(behind) - 1], [ord(delimiter), ord("\n")]).any())
