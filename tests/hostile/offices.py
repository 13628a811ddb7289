"""Workbooks and Parquet files in many more shapes: sheets, titles, types, dates, errors, links, nested and damaged parts."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import struct
import zipfile
from typing import Any

from tests.hostile.case import ERROR, FINE, TELL, WARN, Built, Case
from tests.hostile.disguises import png, workbook, zipped
from tests.hostile.parquets import ROWS, stored
from tests.hostile.workbooks import KINDS, NAMES, book, fill, swapped

# fmt: off
SHEET = "xl/worksheets/sheet1.xml"


def _row(i: int) -> list[Any]:
    return [20 + i * 7 % 50, i * 1.37 + 0.5, ("red", "blue", "green")[i % 3], ("yes", "no")[i // 2 % 2], dt.datetime(2020, 1, 1) + dt.timedelta(days=i)]


def sheet(rows: list[list[Any]], **more: Any) -> Built:
    """A workbook of one sheet with these rows; ``formats`` column letter -> number format."""

    def make(_: Any, page: Any) -> None:
        for row in rows:
            page.append(row)
        for letter, form in more.get("formats", {}).items():
            for cell in page[letter]:
                cell.number_format = form
        for area in more.get("merge", ()):
            page.merge_cells(area)

    return book(make)


def case(key: str, data: Any, outcome=FINE, **more: Any) -> Case:
    """A workbook of 60 rows unless told otherwise."""
    more.setdefault("rows", 60)
    more.setdefault("types", KINDS)
    return Case(f"office {key}", "a.xlsx", data, outcome, **more)


def sheets() -> list[Case]:
    """Titles, totals, second headers, gaps, odd cells."""
    base = [list(NAMES), *(_row(i) for i in range(60))]
    total = ["Total", 2000.0, None, None, None]
    text = lambda rows: [[str(cell) if cell is not None else None for cell in row] for row in rows]
    put = lambda row, column, value: [[value if (r, c) == (row, column) else cell for c, cell in enumerate(line)] for r, line in enumerate(base)]
    return [
        case("title", sheet([["Sales of 2020"], *base]), WARN), case("title and gap", sheet([["Sales of 2020"], [], ["by Ann"], [], *base]), WARN), case("title merged", sheet([["Sales of 2020"], *base], merge=["A1:E1"]), WARN),
        case("total", sheet([*base, total]), WARN, says="total"), case("total after gap", sheet([*base, [], total]), WARN, says="total"), case("total in the middle", sheet([*base[:30], total, *base[30:]]), WARN, says="total"), case("total first", sheet([base[0], total, *base[1:]]), WARN, says="total"),
        case("total unnamed", sheet([*base, [sum(r[0] for r in base[1:]), sum(r[1] for r in base[1:]), None, None, None]]), WARN, says="total"), case("footer", sheet([*base, [], ["Source: the shop"]]), WARN), case("header again", sheet([*base[:30], base[0], *base[30:]]), WARN, says="repeated"),
        case("units row", sheet([base[0], ["years", "EUR", None, None, None], *base[1:]]), WARN), case("offset", sheet([[], [], *[[None, None, *row] for row in base]]), FINE, cols=5), case("empty column inside", sheet([[*row[:2], None, *row[2:]] for row in base]), FINE, cols=5), case("empty rows inside", sheet([*base[:20], [], [], *base[20:]]), FINE),
        case("numbers as text", sheet(text(base)), FINE), case("german numbers as text", sheet([base[0], *[[r[0], f"{1000 + r[1]:,.2f}".replace(",", "T").replace(".", ",").replace("T", "."), *r[2:]] for r in base[1:]]]), FINE, types={"price": "numeric"}),
        case("names doubled", sheet([["a", "a", "b", "b", "c"], *base[1:]]), WARN, says="twice", types={}), case("name empty", sheet([["a", None, "b", "c", "d"], *base[1:]]), WARN, says="no name", types={}), case("names numbers", sheet([[2018, 2019, "x", "y", "z"], *base[1:]]), FINE, types={"2018": "numeric"}), case("no header", sheet(base[1:]), WARN, says="no header", types={}),
        case("name of 10,000", sheet([["n" * 10_000, *NAMES[1:]], *base[1:]]), WARN, types={"price": "numeric"}), case("bools", sheet([[*base[0], "ok"], *[[*r, r[0] % 2 == 0] for r in base[1:]]]), FINE, types={**KINDS, "ok": "boolean"}), case("leading zeros", sheet([[*base[0], "zip"], *[[*r, f"{r[0] % 9:05d}"] for r in base[1:]]]), WARN, types={**KINDS, "zip": "categorical|text"}),
        case("word in numbers", sheet(put(5, 1, "n/a")), FINE, missing={"price": 1}), case("word among numbers", sheet(put(5, 1, "oops")), WARN, missing={"price": 1}, says="1 value"), case("error text", sheet(put(5, 1, "#N/A")), FINE, missing={"price": 1}), case("stray cell right", sheet(put(5, 4, _row(4)[4])), FINE),
        case("money format", sheet(base, formats={"B": '"$"#,##0.00'}), FINE), case("percent format", sheet(base, formats={"B": "0.00%"}), FINE), case("date as number", sheet([base[0], *[[*r[:4], 43_831 + i] for i, r in enumerate(base[1:])]], formats={"E": "dd.mm.yyyy"}), FINE), case("date words", sheet([base[0], *[[*r[:4], r[4].strftime("%d.%m.%Y")] for r in base[1:]]]), FINE),
        case("date and word", sheet(put(5, 4, "soon")), WARN, missing={"day": 1}), case("date 9999", sheet(put(5, 4, dt.datetime(9999, 12, 31))), FINE, missing={"day": 1}), case("formula text", sheet([[*base[0], "note"], *[[*r, "'=1+1"] for r in base[1:]]]), FINE), case("long text", sheet([[*base[0], "note"], *[[*r, f"w{r[0]} " * 6_000] for r in base[1:]]]), FINE, types=KINDS),
        case("two rows", sheet(base[:3]), ERROR, says="2 rows", types={}, rows=None), case("one column", sheet([[r[0]] for r in base]), ERROR, types={}, rows=None), case("title only", sheet([["Sales"]]), ERROR, types={}, rows=None), case("words only", sheet([["dear all"], ["see you soon"], ["yours"]]), ERROR, types={}, rows=None),
        case("group header", sheet([["who", None, "what", None, None], *base], merge=["A1:B1", "C1:E1"]), WARN, types={}), case("merged cells below", sheet([*base], merge=["C2:C4", "C5:C7"]), WARN), case("target constant", sheet([[*r[:2], "x" if i else "c", *r[3:]] for i, r in enumerate(base)]), ERROR, target="c", types={}, rows=None),
    ]  # fmt: skip


def packages() -> list[Case]:
    """Several, hidden and protected sheets, other Office files, and packages that lie."""

    def several(opened: Any, page: Any) -> None:
        fill(page)
        for title in ("second", "third"):
            fill(opened.create_sheet(title), 10)

    def larger_last(opened: Any, page: Any) -> None:
        page.append(["read me first"])
        fill(opened.create_sheet("data"))

    def very_hidden(opened: Any, page: Any) -> None:
        fill(page)
        fill(opened.create_sheet("x"), 90)
        opened["x"].sheet_state = "veryHidden"

    def chart(opened: Any, page: Any) -> None:
        fill(page)
        opened.create_chartsheet("picture")

    def protected(opened: Any, page: Any) -> None:
        fill(page)
        page.protection.enable()

    def stray(place: str) -> Any:
        def make(_: Any, page: Any) -> None:
            fill(page)
            page[place] = "x"

        return make

    safe: dict[str, Any] = {"security": True, "rows": None, "types": {}}
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    strip = lambda data: data[data.index(b"?>") + 2 :] if data.startswith(b"<?xml") else data
    wide = b'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.decode().encode("utf-16")
    return [
        case("several sheets", book(several), WARN, says="sheets"), case("larger last", book(larger_last), WARN, says="“data”"), case("very hidden", book(very_hidden), WARN, says="hidden"), case("chart sheet", book(chart), FINE), case("protected sheet", book(protected), FINE),
        *(case(f"stray {place}", book(stray(place)), ERROR, says=place, **safe) for place in ("A1048576", "XFD1", "XFD1048576", "ZZ900000", "C1048576")),
        *(case(f"entity in {part}", swapped(part, lambda d: entity + strip(d)), ERROR, **safe) for part in ("xl/workbook.xml", SHEET, "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml")),
        case("entity in an added part", swapped(SHEET, lambda d: d, {"xl/sharedStrings.xml": entity + b"<sst>&a;</sst>"}), ERROR, **safe), case("entity in wide letters", swapped("xl/styles.xml", lambda d: wide), ERROR, **safe),
        case("external link", swapped(SHEET, lambda d: d, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), FINE, types={}), case("macros", swapped(SHEET, lambda d: d, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(99)}), FINE, types={}), case("climbing part", swapped(SHEET, lambda d: d, {"../../evil.xml": b"<x/>"}), FINE, types={}, security=True),
        case("relation climbs", swapped("xl/_rels/workbook.xml.rels", lambda d: d.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")), ERROR, **safe), case("relation to the web", swapped("xl/_rels/workbook.xml.rels", lambda d: d.replace(b"/xl/worksheets/sheet1.xml", b"http://h/x.xml").replace(b"worksheets/sheet1.xml", b"http://h/x.xml")), ERROR, **safe),
        case("bad xml", swapped(SHEET, lambda d: d.replace(b"<row", b"<rowx", 5)), TELL, rows=None, types={}), case("bzip2 parts", _packed(zipfile.ZIP_BZIP2), ERROR, **safe), case("lzma parts", _packed(zipfile.ZIP_LZMA), ERROR, **safe), case("part bomb", lambda: swapped(SHEET, lambda d: d, {"xl/media/x.xml": b"<a>" + b" " * 300_000_000 + b"</a>"}).make(), ERROR, **safe),
        case("cut", workbook()[: len(workbook()) // 2], ERROR, **safe), case("nested zip", swapped(SHEET, lambda d: d, {"xl/embeddings/inner.zip": zipped({"a": b"b"})}), TELL, rows=None, types={}),
        *(Case(f"office {kind} named {name}", name, data, ERROR, security=True) for kind, data in (("word", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})), ("slides", zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"})),
          ("ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})), ("xlsb", zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}))) for name in ("a.xlsx", "a.csv", "a.zip")),
        *(Case(f"office ole named {name}", name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage".decode().encode("utf-16-le") * 40, ERROR, security=True, says="password") for name in ("a.xlsx", "a.xls")),
        Case("office xls", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 40, ERROR, says="xlsx|CSV"), Case("office page as xls", "a.xls", b"\xef\xbb\xbf<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>1</td></tr></table></html>", ERROR, says="HTML|web page"),
        Case("office tabs as xls", "a.xls", b"a\tb\n" + b"1\t2\n" * 30, ERROR, says="text"), Case("office xml 2003", "a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', ERROR), Case("office csv named xlsx", "a.xlsx", b"a,b\n" + b"1,2\n" * 30, ERROR, says="text"), Case("office picture named xlsx", "a.xlsx", png(), ERROR, says="PNG", security=True),
    ]  # fmt: skip


def _packed(how: int) -> Built:
    return Built(lambda: _repacked(how))


def _repacked(how: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(held, "w", how) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return held.getvalue()


def parquet() -> list[Case]:
    """Every Arrow type, odd footers and torn pages."""
    import pyarrow as pa

    def kept(key: str, data: Any, kinds: str, outcome=FINE, **more: Any) -> Case:
        return Case(f"parquet type {key}", "a.parquet", stored(v=data), outcome, rows=ROWS, cols=3, types={"v": kinds}, **more)

    def gone(key: str, values: Any) -> Case:
        return Case(f"parquet type {key}", "a.parquet", stored(v=values), WARN, rows=ROWS, cols=2, says="1 column left out.*“v”")

    days = [dt.datetime(2020, 1, 1) + dt.timedelta(days=i) for i in range(ROWS)]
    whole = [i * 7 % 43 for i in range(ROWS)]
    halves = [None if i % 6 == 0 else i + 0.25 for i in range(ROWS)]
    plain = stored(v=halves)
    found = [kept(f"{kind}", pa.array(whole, kind), "numeric") for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64(), pa.float32(), pa.float64())]
    found += [kept(f"{kind}", pa.array(days, kind), "date") for kind in (pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"))]
    found += [kept(f"{kind}", pa.array([d.date() for d in days], kind), "date") for kind in (pa.date32(), pa.date64())]
    found += [kept(f"zoned {zone}", pa.array(days, pa.timestamp("us", tz=zone)), "date", WARN, says="UTC") for zone in ("UTC", "Europe/Berlin", "+05:30", "America/New_York")]
    found += [kept(f"strings {kind}", pa.array(["ab"[i % 2] for i in range(ROWS)], kind), "categorical") for kind in (pa.string(), pa.large_string(), pa.string_view())]
    found += [gone(name, values) for name, values in (("list", [[1, 2]] * ROWS), ("large list", pa.array([[1]] * ROWS, pa.large_list(pa.int64()))), ("fixed list", pa.array([[1, 2]] * ROWS, pa.list_(pa.int64(), 2))), ("struct", [{"a": 1, "b": "x"}] * ROWS), ("struct of one", [{"a": 1}] * ROWS),
              ("map", pa.array([[("a", 1)]] * ROWS, pa.map_(pa.string(), pa.int64()))), ("list of struct", [[{"a": 1}]] * ROWS), ("binary", [b"\x00\xff"] * ROWS), ("large binary", pa.array([b"x"] * ROWS, pa.large_binary())), ("fixed binary", pa.array([b"xy"] * ROWS, pa.binary(2))))]  # fmt: skip
    foot = bytearray(plain)
    foot[-8:-4] = struct.pack("<I", 2_000_000_000)
    torn = [bytes(plain[:at]) + b"\xff" * 16 + bytes(plain[at + 16 :]) for at in (8, 40, 120, 300)]
    far = [dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31), *days[2:]]
    return [
        *found, kept("decimal", pa.array([decimal.Decimal(i) / 4 for i in range(ROWS)], pa.decimal128(10, 2)), "numeric", values={"v": (0, 0.25, 0.5)}), kept("decimal 256", pa.array([decimal.Decimal(i) for i in whole], pa.decimal256(50, 2)), "numeric"),
        kept("gaps", halves, "numeric", missing={"v": 10}), kept("null", pa.nulls(ROWS), "empty", missing={"v": ROWS}), kept("bool", [i % 3 == 0 for i in range(ROWS)], "boolean"), kept("bool gaps", [None if i % 6 == 0 else i % 4 == 0 for i in range(ROWS)], "boolean", missing={"v": 10}),
        kept("nan", [float("nan") if i % 6 == 0 else i + 0.25 for i in range(ROWS)], "numeric", missing={"v": 10}), kept("inf", [float("inf") if i % 6 == 0 else i + 0.25 for i in range(ROWS)], "numeric", WARN, missing={"v": 10}, says="10 values"), kept("far dates", pa.array(far, pa.timestamp("us")), "date", WARN, missing={"v": 2}, says="2 values"),
        kept("numbers as text", [f"{i}.5" for i in range(ROWS)], "numeric"), kept("dates as text", [d.strftime("%d.%m.%Y") for d in days], "date"), kept("postcodes", [f"{i % 9:05d}" for i in range(ROWS)], "text|categorical", WARN), kept("ids", list(range(ROWS)), "id", WARN), kept("dictionary", pa.array(["x", "y", None] * 20).dictionary_encode(), "categorical", missing={"v": 20}),
        kept("dictionary of numbers", pa.array([1, 2, 5] * 20).dictionary_encode(), "numeric"), kept("half floats", pa.array([float(i % 9) for i in range(ROWS)], pa.float16()), "numeric"), kept("2^60", pa.array([2**60 + i * 7 for i in range(ROWS)]), "id|text", WARN), kept("control bytes", ["a\x07b", "c\x1b[31md"] * 30, "categorical"),
        Case("parquet footer size", "a.parquet", bytes(foot), ERROR), *(Case(f"parquet torn {n}", "a.parquet", data, ERROR, child=True) for n, data in enumerate(torn)), Case("parquet without end", "a.parquet", plain[:-4], ERROR), Case("parquet end only", "a.parquet", b"PAR1" + plain[-200:], ERROR), Case("parquet encrypted", "a.parquet", plain[:-4] + b"PARE", ERROR),
        Case("parquet only nested", "a.parquet", _only([[[1]] * ROWS, [{"a": 1}] * ROWS]), ERROR), Case("parquet one column", "a.parquet", _only([whole]), ERROR, says="one column"), Case("parquet two rows", "a.parquet", _only([[1, 2], [3, 4]]), ERROR, says="2 rows"), Case("parquet 6,000 columns", "a.parquet", _only([[1, 2, 3]] * 6_000), ERROR, says="5,000"),
        Case("parquet gone struct keeps order", "a.parquet", stored(a=[{"x": 1, "y": 2}] * ROWS, v=halves), WARN, cols=3, types={"v": "numeric"}, missing={"v": 10}, values={"v": (None, 1.25)}), Case("parquet target", "a.parquet", stored(v=halves), FINE, target="k", task="binary", classes=("a", "b"), rows_used=60),
    ]  # fmt: skip


def _only(columns: list[Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(values) for values in columns], names=[f"c{n}" for n in range(len(columns))]), held)
    return held.getvalue()


def cases() -> list[Case]:
    """All of this file."""
    return [*sheets(), *packages(), *parquet()]
