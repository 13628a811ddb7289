"""Small archives for tests: texts, sounds and pictures that differ, under the paths that a test names."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from core.schema import Dataset

WORDS = ("river", "stone", "cloud", "amber", "maple", "north", "candle", "harbour", "violet", "summer")


def pack(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """A zip of these members at a path, which is returned."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def sentence(number: int) -> str:
    """A text of six words; no two numbers have the same."""
    return " ".join(WORDS[number // 10**place % 10] for place in range(6))


def texts(names: Iterable[str], start: int = 0) -> dict[str, bytes | str]:
    """A text for each name."""
    return {name: sentence(number) for number, name in enumerate(names, start)}


def picture(number: int, side: int = 12) -> bytes:
    """A grey PNG of noise."""
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(np.random.default_rng(number).integers(0, 256, (side, side), dtype=np.uint8)).save(held, "PNG")
    return held.getvalue()


def pictures(names: Iterable[str]) -> dict[str, bytes | str]:
    """A picture for each name."""
    return {name: picture(number) for number, name in enumerate(names)}


def sounds(names: Iterable[str]) -> dict[str, bytes | str]:
    """A tone with noise for each name, 0.1 s."""
    import soundfile

    made: dict[str, bytes | str] = {}
    for number, name in enumerate(names):
        held = io.BytesIO()
        noise = np.random.default_rng(number).normal(size=1_600) * 0.05
        soundfile.write(held, 0.4 * np.sin(np.arange(1_600) * (0.1 + 0.01 * number)) + noise, 16_000, format="WAV")
        made[name] = held.getvalue()
    return made


def workbook(sheets: Mapping[str, Iterable[Iterable[object]]], hidden: Iterable[str] = ()) -> bytes:
    """A workbook of these sheets: title -> rows of cells."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if title in set(hidden) else "visible"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def parquet(columns: Mapping[str, object]) -> bytes:
    """A Parquet file of these columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), held)
    return held.getvalue()


def class_counts(dataset: Dataset) -> dict[str, int]:
    """Class -> number of items."""
    return dict(Counter(dataset.labels[code] for code in dataset.target))
