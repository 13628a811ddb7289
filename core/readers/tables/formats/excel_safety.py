"""Checks an Excel package before any reader sees it: bombs, entities, strays, and which sheets hold how much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core import limits
from core.readers import archives
from core.schema import LoadError
from core.wording import format_bytes, printable, quote_names

CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d{1,7})[\"'][^>]*(?<!/)>")
BARE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
ERROR = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt=[\"']e[\"']")
SHARED = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})</")
ITEM = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
SPARSE_AREA = 200_000
SPARSE_SHARE = 0.03
STRAY_STRETCH = 20.0
TEXT_BYTES = 400 * limits.MB


@dataclass(frozen=True)
class Sheet:
    """One sheet by its XML alone: filled cells, last row and column, and how many errors and bare formulas it has."""

    name: str
    visible: bool
    cells: int = 0
    rows: int = 0
    columns: int = 0
    far: str = ""
    errors: int = 0
    bare_formulas: int = 0
    merged: int = 0
    text_bytes: int = 0


def check_workbook(path: Path, name: str) -> list[Sheet]:
    """Every worksheet of a workbook whose package is harmless.

    Raises:
        LoadError: a bomb, an entity declaration, or a damaged package.
    """
    return check_package(archives.open_archive(path), name)


def check_package(archive: archives.Archive, name: str) -> list[Sheet]:
    """Every worksheet of an opened workbook whose parts are harmless.

    Args:
        archive: the workbook. name: of it, for messages.

    Raises:
        LoadError: an entity declaration, or a damaged package.
    """
    parts = {}
    for member in archive.names:
        if not member.lower().endswith((".xml", ".rels")):
            continue
        data = archive.read(member)
        _refuse_entities(data, member, name)
        if member.endswith((".rels", "workbook.xml", "sharedStrings.xml")) or "/worksheets/" in member:
            _check_form(data, member, name)
            parts[member] = data
    try:
        listed = _listed(parts)
    except (KeyError, ValueError, SyntaxError, AttributeError):
        listed = []
    if not listed:
        raise LoadError("The workbook lists no worksheet that can be read.", name, "Open it and save it again.")
    lengths = [len(item) for item in ITEM.findall(parts.get("xl/sharedStrings.xml", b""))]
    return [_sheet(title, visible, parts[part], lengths) for title, visible, part in listed]


def check_sheet(sheet: Sheet, name: str) -> None:
    """Refuses a sheet that would unfold to far more cells than it holds.

    Raises:
        LoadError: a stray cell far away, or over a limit.
    """
    area = sheet.rows * sheet.columns
    if area > SPARSE_AREA and sheet.cells < SPARSE_SHARE * area:
        raise LoadError(
            f"A stray cell at {sheet.far} stretches the sheet to {sheet.rows:,} rows and {sheet.columns:,} columns, "
            f"though only {sheet.cells:,} cells are filled.",
            f"sheet {quote_names([sheet.name])}",
            "Delete that cell (and the empty rows above it), save, and upload again.",
        )
    for count, limit, noun in (
        (sheet.rows, limits.TABLE_ROWS, "rows"),
        (sheet.columns, limits.TABLE_COLUMNS, "columns"),
        (area, limits.SHEET_CELLS, "cells"),
    ):
        if count > limit:
            raise LoadError(
                f"The sheet has {count:,} {noun}; the limit for Excel is {limit:,}.",
                name,
                "Save it as CSV or Parquet, or cut it.",
            )
    if sheet.text_bytes > TEXT_BYTES:
        raise LoadError(
            f"The sheet's texts unfold to {format_bytes(sheet.text_bytes)}; the limit is {format_bytes(TEXT_BYTES)}.",
            name,
        )


def _refuse_entities(data: bytes, member: str, name: str) -> None:
    text = data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="ignore").encode()
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE) or b"\0" in text[:200]:
        raise LoadError(
            "The workbook declares XML entities, which no spreadsheet program does: it may be an attack.",
            f"{printable(name)}, part {quote_names([member])}",
            "Open it in a spreadsheet program and save it again.",
        )


def _check_form(data: bytes, member: str, name: str) -> None:
    """Torn XML would lose cells without a word: the reader of cells takes what it can and goes on."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise LoadError(
            f"The workbook is damaged: its XML breaks off or is torn in line {error.lineno:,}.",
            f"{printable(name)}, part {quote_names([member])}",
            "Open it in a spreadsheet program and save it again, or save it as CSV.",
        ) from None


def _listed(parts: dict[str, bytes]) -> list[tuple[str, bool, str]]:
    """Title, visibility and part of each worksheet, from the workbook's own list."""
    from defusedxml import ElementTree

    targets = {}
    for relation in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"]):
        target = relation.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        targets[relation.get("Id")] = whole
    found = []
    for element in ElementTree.fromstring(parts["xl/workbook.xml"]).iter():
        if not element.tag.endswith("}sheet") and element.tag != "sheet":
            continue
        link: str | None = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
        part = targets.get(link, "")
        if part in parts and "chartsheet" not in part:
            found.append((element.get("name", ""), element.get("state", "visible") == "visible", part))
    return found


def _sheet(title: str, visible: bool, data: bytes, lengths: list[int]) -> Sheet:
    cells = rows = columns = 0
    far, stretch = "", 0.0
    for match in CELL.finditer(data):
        cells += 1
        row, column = int(match[2]), _number(match[1])
        if row > rows or column > columns:
            wider = max(row / max(rows, 1), column / max(columns, 1))
            if wider >= stretch or wider > STRAY_STRETCH:
                far, stretch = (match[1] + match[2]).decode(), wider
            rows, columns = max(rows, row), max(columns, column)
        if cells > 2 * limits.TABLE_CELLS:
            break
    if not cells and b"<v>" in data:
        cells = data.count(b"<v>")
        rows, columns = max((int(match[1]) for match in ROW.finditer(data)), default=0), 1
        far = f"row {rows:,}"
    text = 0
    if lengths and max(lengths) * cells > TEXT_BYTES // 4:
        last = len(lengths)
        text = sum(lengths[int(number)] for number in SHARED.findall(data) if int(number) < last)
    return Sheet(
        title, visible, cells, rows, columns, far,
        errors=len(ERROR.findall(data)),
        bare_formulas=len(BARE.findall(data)) if b"<f" in data or b":f>" in data else 0,
        merged=data.count(b"<mergeCell "),
        text_bytes=text,
    )  # fmt: skip


def _number(letters: bytes) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value
