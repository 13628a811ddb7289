"""Opens a table by its content: separated text, Excel or Parquet."""

from __future__ import annotations

from pathlib import Path

from core.vocabulary import Dataset


def read(path: Path, name: str) -> Dataset:
    """Reads a table.

    Raises:
        LoadError: it is no table, damaged, or over a limit.
    """
    with open(path, "rb") as file:
        head = file.read(4)
    if head == b"PAR1":
        from core.tools.tables.parquet import read as read_parquet

        return read_parquet(path, name)
    from core.tools.tables.delimited import read as read_text

    return read_text(path, name)
