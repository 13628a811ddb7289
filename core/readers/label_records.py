"""Labels that an archive writes as JSON: records of one file each, or a mapping of files to classes, as columns."""

from __future__ import annotations

import json
from collections.abc import Sequence


def read_label_records(data: bytes) -> dict[str, list[str]] | None:
    """Columns of a JSON text: names -> cells as texts, "" for null and for what a record leaves out.

    Args:
        data: a list of records, one record a line, a mapping of files to classes or records, or of classes to files.

    Returns:
        None where it is none of these.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    if isinstance(found, dict):
        found = _from_mapping(found)
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        return None
    return _columns(found)


def _from_mapping(found: dict[str, object]) -> list[dict[str, object]]:
    """Records of a mapping: file -> class, file -> record, or class -> its files."""
    values = list(found.values())
    if values and all(isinstance(value, dict) for value in values):
        return [{"file": name, **value} for name, value in found.items() if isinstance(value, dict)]
    if values and all(isinstance(value, list) and all(isinstance(one, str) for one in value) for value in values):
        return [
            {"file": file, "label": label}
            for label, files in found.items()
            if isinstance(files, list)
            for file in files
        ]
    if values and all(_is_scalar(value) for value in values):
        return [{"file": name, "label": value} for name, value in found.items()]
    return []


def _columns(records: Sequence[dict[str, object]]) -> dict[str, list[str]]:
    names = dict.fromkeys(name for one in records for name, value in one.items() if _is_scalar(value))
    return {name: [_text(one.get(name)) for one in records] for name in names}


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _text(value: object) -> str:
    return "" if value is None or not _is_scalar(value) else str(value)
