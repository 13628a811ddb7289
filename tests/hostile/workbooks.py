"""Excel workbooks as offices make them, and as attackers do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.hostile.case import ERROR, FINE, TELL, WARN, Built, Case
from tests.hostile.disguises import workbook

NAMES = ("age", "price", "colour", "bought", "day")
KINDS = {"age": "numeric", "price": "numeric", "colour": "categorical", "bought": "boolean", "day": "date"}
START = datetime(2020, 1, 1)


def fill(sheet: Any, count: int = 60) -> None:
    """Header and plain rows."""
    sheet.append(NAMES)
    for i in range(count):
        sheet.append([20 + i * 7 % 50, i * 1.37 + 0.5, ("red", "blue", "green")[i % 3], ("yes", "no")[i // 2 % 2],
                      START + timedelta(days=i)])  # fmt: skip


def book(make: Callable[[Any, Any], None]) -> Built:
    """A workbook made by ``make(book, first sheet)``."""
    return Built(lambda: _book(make))


def _book(make: Callable[[Any, Any], None]) -> bytes:
    import openpyxl

    opened = openpyxl.Workbook()
    make(opened, opened.active)
    held = io.BytesIO()
    opened.save(held)
    return held.getvalue()


def swapped(member: str, change: Callable[[bytes], bytes], more: dict[str, bytes] | None = None) -> Built:
    """The plain workbook with one part changed and parts added."""
    return Built(lambda: _swapped(member, change, more or {}))


def _swapped(member: str, change: Callable[[bytes], bytes], more: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
        for name, data in more.items():
            new.writestr(name, data)
    return held.getvalue()


def _with(place: str, value: Any) -> Callable[[Any, Any], None]:
    def make(_: Any, sheet: Any) -> None:
        fill(sheet)
        sheet[place] = value

    return make


def _sheets(opened: Any, sheet: Any) -> None:
    fill(sheet)
    opened.create_sheet("notes").append(["remember the milk"])
    hidden = opened.create_sheet("secret")
    hidden.sheet_state = "hidden"
    fill(hidden, 500)


def _only_hidden(opened: Any, sheet: Any) -> None:
    hidden = opened.create_sheet("secret")
    fill(hidden)
    hidden.sheet_state = "hidden"


def _formulas(every: bool) -> Callable[[Any, Any], None]:
    def make(_: Any, sheet: Any) -> None:
        fill(sheet)
        for row in range(2, 62):
            for column in range(1, 6) if every else (2,):
                sheet.cell(row, column).value = "=1+1"

    return make


def _errors(_: Any, sheet: Any) -> None:
    fill(sheet)
    for row in (5, 9):
        sheet.cell(row, 2).value = "#DIV/0!"
        sheet.cell(row, 2).data_type = "e"


def _merged(_: Any, sheet: Any) -> None:
    sheet.append(["who", None, "what", None, None])
    fill(sheet)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:E1")


def _title(_: Any, sheet: Any) -> None:
    sheet.append(["Sales of the year"])
    sheet.append([])
    fill(sheet)
    sheet.append(["Total", 2_000.5])
    sheet.append(["made by the sales team of the north"])


def cases() -> list[Case]:
    """All of this file."""
    sheet = "xl/worksheets/sheet1.xml"
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (i, (b"&a%d;" % (i - 1) if i else b"lol") * 10) for i in range(9))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [' + laughs + b"]>"
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    strip = lambda data: data[data.index(b"?>") + 2 :] if data.startswith(b"<?xml") else data  # noqa: E731
    empty_rows = b"<row r='9'><c r='A9'><v>1</v></c></row>" * 4_000_000
    long_text = b"<si><t>" + b"x" * 32_000 + b"</t></si>"
    many = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>0</v></c></row>' % (i, i, i)
        for i in range(1, 60_001)
    )
    repeated = swapped(
        sheet,
        lambda d: d[: d.index(b"<sheetData>")] + b"<sheetData>" + many + b"</sheetData></worksheet>",
        {"xl/sharedStrings.xml": b"<sst>" + long_text + b"</sst>"},
    )
    return [
        Case("xlsx plain", "a.xlsx", book(lambda b, s: fill(s)), FINE, rows=60, cols=5, types=KINDS),
        Case("xlsx sheets", "a.xlsx", book(_sheets), WARN, rows=60, says="sheets.*hidden"),
        Case("xlsx only hidden", "a.xlsx", book(_only_hidden), TELL, says="hidden"),
        Case("xlsx formulas", "a.xlsx", book(_formulas(False)), WARN, rows=60, says="60 formulas"),
        Case("xlsx all formulas", "a.xlsx", book(_formulas(True)), ERROR, says="formula"),
        Case("xlsx errors", "a.xlsx", book(_errors), WARN, rows=60, missing={"price": 2}, says="2 cells"),
        Case("xlsx merged header", "a.xlsx", book(_merged), WARN, rows=60, says="merged|second header"),
        Case("xlsx title and total", "a.xlsx", book(_title), WARN, rows=60, types=KINDS, says="total"),
        Case("xlsx empty", "a.xlsx", book(lambda b, s: None), ERROR),
        Case("xlsx header only", "a.xlsx", book(lambda b, s: s.append(NAMES)), ERROR),
        Case("xlsx stray", "a.xlsx", book(_with("A1048576", 1)), ERROR, says="stray.*A1048576", security=True),
        Case("xlsx stray corner", "a.xlsx", book(_with("XFD1048576", 1)), ERROR, says="XFD1048576", security=True),
        Case("xlsx stray near", "a.xlsx", book(_with("A70", 1)), FINE),
        Case("xlsx text number", "a.xlsx", book(_with("B5", "n/a")), FINE, types={"price": "numeric"}, missing={"price": 1}),
        Case("xlsx entity", "a.xlsx", swapped(sheet, lambda d: entity + b"]>" + strip(d)), ERROR, security=True),
        Case("xlsx laughs", "a.xlsx", swapped(sheet, lambda d: bomb + strip(d)), ERROR, security=True),
        Case("xlsx xxe", "a.xlsx", swapped("xl/workbook.xml", lambda d: outside + strip(d)), ERROR, security=True),
        Case("xlsx xxe in strings", "a.xlsx", swapped("xl/styles.xml", lambda d: outside + strip(d)), ERROR, security=True),
        Case("xlsx torn sheet", "a.xlsx", swapped(sheet, lambda d: d[: len(d) // 2]), TELL),
        Case("xlsx no workbook", "a.xlsx", swapped("xl/workbook.xml", lambda d: b"<x/>"), ERROR),
        Case("xlsx cut", "a.xlsx", workbook()[:-300], ERROR),
        Case("xlsx zip bomb", "a.xlsx", swapped(sheet, lambda d: d.replace(b"</sheetData>", empty_rows + b"</sheetData>")).make,
             ERROR, security=True),
        Case("xlsx string bomb", "a.xlsx", repeated, ERROR, security=True),
        Case("xlsx encrypted", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage".decode().encode("utf-16-le") * 40,
             ERROR, says="password", security=True),
    ]  # fmt: skip
