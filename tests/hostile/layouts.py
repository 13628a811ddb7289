"""What people put around and into tables: titles, totals, second headers, footers, ragged rows, quotes, in many variants."""

from __future__ import annotations

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Case

# fmt: off
NAMES = ("region", "units", "price", "paid")
TYPES = {"region": "categorical", "units": "numeric", "price": "numeric", "paid": "boolean"}
COUNT = 40


def body(count: int = COUNT, point: str = ".") -> list[list[str]]:
    """Plain rows: region, units, price, paid."""
    return [[("North", "South", "East", "West")[i % 4], str(3 + i * 17 % 101), f"{2 + i * 1.37:.2f}".replace(".", point), ("yes", "no")[i // 3 % 2]] for i in range(count)]


def sums(point: str = ".") -> tuple[str, str]:
    """What the units and the prices add up to."""
    return str(sum(int(row[1]) for row in body())), f"{sum(float(row[2]) for row in body()):.2f}".replace(".", point)


def text(rows: list[list[str]], names=NAMES, cut: str = ",", end: str = "\n") -> str:
    """Lines of cells."""
    return end.join(cut.join(row) for row in ([list(names)] if names else []) + rows) + end


def case(key: str, data: str | bytes, outcome=FINE, **more) -> Case:
    """A table of 40 rows and 4 columns unless told otherwise."""
    more.setdefault("rows", COUNT)
    more.setdefault("types", TYPES)
    return Case(f"layout {key}", more.pop("name", "a.csv"), data.encode() if isinstance(data, str) else data, outcome, **more)


def totals() -> list[Case]:
    """Total rows in many languages and places; none may become data."""
    words = ("Total", "TOTAL", "Total:", "Grand Total", "Sum", "Summe", "Gesamt", "Gesamtsumme", "Total général", "Totaal", "Totale", "Suma", "Razem", "Итого", "Всего", "合計", "总计", "합계",
             "Toplam", "Yhteensä", "Totalt", "I alt", "Celkem", "Összesen", "Average", "Mean", "Mittelwert", "Subtotal", "Totals (all)", "Overall", "Σύνολο", "סה\"כ".replace('"', "״"), "المجموع", "Średnia", "Σ")  # fmt: skip
    found = [case(f"total {word}", text([*body(), [word, *sums(), ""]]), WARN, says="total") for word in words]
    mid = [*body()[:20], ["Subtotal", "1000", "300.00", ""], *body()[20:], ["Total", *sums(), ""]]
    return [
        *found,
        case("total in the middle", text(mid), WARN, says="2 total"),
        case("total unnamed", text([*body(), ["", *sums(), ""]]), WARN, says="total"),
        case("total first", text([["Total", *sums(), ""], *body()]), WARN, says="total"),
        case("total decimal comma", text([*body(point=","), ["Summe", *sums(","), ""]], cut=";"), WARN, says="total"),
        case("total and average", text([*body(), ["Total", *sums(), ""], ["Average", "50.1", "28.7", ""]]), WARN, says="2 total"),
        case("total after blank line", text(body()) + "\n" + ",".join(["Total", *sums(), ""]) + "\n", WARN, says="total"),
        case("total with footer", text([*body(), ["Total", *sums(), ""]]) + "\nSource: own figures\n", WARN, says="total"),
        case("total as a real class", text([[("Total", "Partial", "None")[i % 3], *row[1:]] for i, row in enumerate(body())]), FINE),
        case("total thousands", text([*body(), ["Total", '"$2,104"', '"1,186.60"', ""]]), WARN, says="total"),
        case("total in second column", text([["a", *row] for row in body()] + [["", "Total", *sums(), ""]], ("k", *NAMES)), WARN, says="total", cols=5),
    ]  # fmt: skip


def heads() -> list[Case]:
    """Preambles, headers in two rows, repeated, missing and odd headers."""
    plain = text(body())
    kinds = {"column 1": "categorical", "column 2": "numeric", "column 3": "numeric", "column 4": "boolean"}
    return [
        case("preamble one line", "Quarterly figures\n" + plain, WARN, says="1 row"),
        case("preamble with commas", "Quarterly figures, all shops\nCreated 2021-03-04, by Ann\n" + plain, WARN),
        case("preamble as wide", "Report,Quarterly,2021,Ann\n\n" + plain, WARN),
        case("preamble padded", "Quarterly figures,,,\nCreated,2021-03-04,,\n,,,\n" + plain, WARN),
        case("preamble semicolons", "Quarterly figures;;;\n;;;\n" + text(body(point=","), cut=";"), WARN),
        case("preamble key values", "Name: shop\nDate: 2021-03-04\nRows: 40\n\n" + plain, WARN),
        case("preamble of 12", "".join(f"remark number {i} by the office\n" for i in range(12)) + plain, WARN, says="12 rows"),
        case("preamble tabs", "Quarterly figures\n\n" + text(body(), cut="\t"), WARN),
        case("comments hash", "# shop figures\n# 2021\n" + plain, FINE), case("comments semicolon", "; shop figures\n" + plain, FINE),
        case("comments percent", "% shop figures\n% more, of them\n" + plain, FINE), case("comments slashes", "// shop figures\n" + plain, FINE),
        case("comment lines inside", text(body()[:10]) + "# checked\n" + text(body()[10:], None), FINE),
        case("units below", text([["", "pieces", "EUR", ""], *body()]), WARN), case("units in brackets", text([["[-]", "[pcs]", "[EUR]", "[-]"], *body()]), WARN),
        case("two headers groups", text([list(NAMES), *body()], ("Shop", "", "Sales", "")), WARN, says="second header", types={}),
        case("two headers repeated groups", text([list(NAMES), *body()], ("Shop", "Shop", "Sales", "Sales")), WARN, says="second header", types={}),
        case("header again", text([*body()[:15], list(NAMES), *body()[15:30], list(NAMES), *body()[30:]]), WARN, says="2 rows"),
        case("header again other case", text([*body()[:15], ["REGION", "UNITS", "PRICE", "PAID"], *body()[15:]]), WARN),
        case("no header", text(body(), None), WARN, says="no header", types=kinds),
        case("no header words", text([[a, d, "xyz"[i % 3], "uv"[i // 5 % 2]] for i, (a, b, c, d) in enumerate(body())], None), WARN, says="no header", types={}),
        case("names doubled", text(body(), ("a", "b", "a", "a")), WARN, says="twice", cols=4, types={"a": "categorical", "b": "numeric", "a (2)": "numeric"}),
        case("names differ in case", text(body(), ("a", "A", "b", "B")), FINE, cols=4, types={"a": "categorical", "A": "numeric"}),
        case("names empty", text(body(), ("region", "", "price", "")), WARN, says="no name", cols=4, types={"region": "categorical"}),
        case("names padded", text(body(), ("  region", "units  ", " price ", "\tpaid")), FINE, cols=4),
        case("names numbers", text(body(), ("1", "2", "3", "4")), FINE, cols=4, types={"1": "categorical", "2": "numeric"}),
        case("names quoted", text(body(), ('"region"', '"units"', '"price"', '"paid"')), LOAD, cols=4),
        case("name with newline", text(body(), ("region", '"units\nsold"', "price", "paid")), FINE, cols=4, types={"region": "categorical", "units sold": "numeric"}),
        case("name with delimiter", text(body(), ("region", '"units, sold"', "price", "paid")), LOAD, cols=4, types={"units, sold": "numeric"}),
        case("name of 10,000", text(body(), ("region", "units", "p" * 10_000, "paid")), WARN, cols=4, types={"region": "categorical"}),
        case("two names of 10,000", text(body(), ("region", "u" * 10_000, "u" * 10_000, "paid")), WARN, cols=4, types={"region": "categorical"}),
        case("name is a formula", text(body(), ("=cmd()", "+units", "@price", "-paid")), FINE, cols=4, types={}),
        case("name with control", text(body(), ("reg\x07ion", "un\x1b[31mits", "price", "paid")), WARN, cols=4, types={}),
        case("name with bidi", text(body(), ("re\u202egion", "units", "price", "paid")), FINE, cols=4, types={"units": "numeric"}),
        case("row numbers without name", text([[str(i), *row] for i, row in enumerate(body())], ("", *NAMES)), WARN, cols=5),
        case("row names shifted", text([[str(i), *row] for i, row in enumerate(body())]), FINE),
    ]  # fmt: skip


def edges() -> list[Case]:
    """Ragged rows, delimiters at ends, quotes, footers, line ends, and files that are no tables."""
    plain, rows = text(body()), body()
    short = [row[:2] if i in (4, 9, 14) else row for i, row in enumerate(rows)]
    long = [[*row, "x", "y"] if i in (4, 9) else row for i, row in enumerate(rows)]
    odd = [row if i != 6 else ["North", "5", '"4.5', "yes"] for i, row in enumerate(rows)]
    return [
        case("short rows", text(short), WARN, says="3 rows.*line 6, 11, 16", missing={"price": 3, "paid": 3, "units": 0}),
        case("long rows", text(long), WARN, says="2 rows.*line 6, 11", cols=4),
        case("long and short", text([r[:3] if i == 2 else [*r, "z"] if i == 5 else r for i, r in enumerate(rows)]), WARN, says="line 4.*line 7"),
        case("open quote", text(odd), WARN, says="quote.*line 8", cols=4), case("open quote first row", text([['"North', *rows[0][1:]], *rows[1:]]), WARN, says="quote", cols=4),
        case("two open quotes", text([['"North', *r[1:]] if i in (5, 25) else r for i, r in enumerate(rows)]), WARN, says="quote"),
        case("quote in cell", text([['No"rth', *r[1:]] if i == 5 else r for i, r in enumerate(rows)]), FINE), case("row end commas", text([[*r, ""] for r in rows]), LOAD, cols=4),
        case("row end semicolons", text([[*r, ""] for r in body(point=",")], cut=";"), FINE, cols=4), case("row end two commas", text([[*r, "", ""] for r in rows]), FINE, cols=4),
        case("row end commas no header", text([[*r, ""] for r in rows], None), WARN, cols=4, types={}), case("line start commas", text([["", *r] for r in rows], ("", *NAMES)), FINE, cols=4),
        case("footer", plain + "Source: shop statistics, 2021\n", WARN), case("footer two", plain + "\nNotes:\n* estimated by the office\n", WARN), case("footer counts", plain + "(40 rows affected)\n", WARN),
        case("footer quoted", plain + '"Generated on 2021-03-04 by the shop system"\n', WARN), case("footer padded", plain + "Source: shop statistics,,,\n", WARN), case("footer end", plain + "\x1a", FINE),
        case("cr", text(rows, end="\r"), LOAD), case("crlf blank", text(rows, end="\r\n\r\n"), LOAD), case("cr cr lf", text(rows, end="\r\r\n"), FINE), case("no end", plain.rstrip("\n"), LOAD),
        case("form feed", plain.replace("\n", "\n\x0c", 3), FINE), case("next line", text(rows, end="\u0085"), TELL, types={}, rows=None),
        case("newline in cells", text([[f'"{r[0]}\nside"', *r[1:]] for r in rows]), LOAD), case("crlf in cells", text([[f'"{r[0]}\r\nside"', *r[1:]] for r in rows], end="\r\n"), LOAD),
        case("blank lines in cells", text([[f'"{r[0]}\n\nside"', *r[1:]] for r in rows]), LOAD), case("all quoted", text([[f'"{c}"' for c in r] for r in rows]), LOAD),
        case("single quotes", text([[f"'{c}'" for c in r] for r in rows]), LOAD), case("single quotes with commas", text([[f"'{r[0]}, side'", *r[1:]] for r in rows]), LOAD),
        case("backslash quotes", text([[f'"the \\"{r[0]}\\", side"', *r[1:]] for r in rows]), LOAD), case("backslash commas", text([[f"{r[0]}\\, side", *r[1:]] for r in rows]), FINE),
        case("quotes around rows", text([['"' + ",".join(r) + '"'] for r in rows], ['"' + ",".join(NAMES) + '"']), TELL, rows=None, types={}),
        *(case(f"cut by {name}", text(rows, cut=cut), LOAD) for name, cut in (("tab", "\t"), ("pipe", "|"), ("caret", "^"), ("blank", " "), ("semicolon", ";"), ("comma blank", ", "), ("semicolon blank", "; "), ("pipe blank", " | "), ("blanks", "    "))),
        *(case(f"sep {cut!r}", f"sep={cut}\n" + text(rows, cut=cut), LOAD) for cut in (";", ",", "|", "\t")), case("sep quoted", '"sep=;"\n' + text(rows, cut=";"), LOAD), case("sep lies", "sep=;\n" + plain, FINE),
        case("tilde", text(rows, cut="~"), TELL, rows=None, types={}), case("double pipe", text(rows, cut="||"), TELL, rows=None, types={}), case("colon", text(rows, cut=":"), TELL, rows=None, types={}),
        case("markdown table", "| " + " | ".join(NAMES) + " |\n|---|---|---|---|\n" + "".join("| " + " | ".join(r) + " |\n" for r in rows), FINE),
        case("fixed width", "".join("".join(c.ljust(12) for c in r).rstrip() + "\n" for r in [list(NAMES), *rows]), FINE), case("named tsv but commas", plain, FINE, name="a.tsv"),
        case("blank-only cells", text([[r[0], " " if i % 8 == 0 else r[1], *r[2:]] for i, r in enumerate(rows)]), FINE, missing={"units": 5}),
        *(case(f"nothing: {name}", data, ERROR, rows=None, types={}) for name, data in (("one newline", "\n"), ("header", "a,b,c"), ("header and blanks", "a,b,c\n\n\n"), ("header and commas", "a,b,c\n,,\n,,\n,,\n"),
          ("one row", "a,b\n1,2\n"), ("two rows", "a,b\n1,2\n3,4\n"), ("one column", "a\n" + "5\n6\n7\n" * 9), ("one column words", "name\n" + "Ann\nBob\nCid\n" * 9), ("semicolons", ";;;\n" * 30), ("quotes", '""\n' * 30), ("nul bytes", "\0" * 500), ("blanks", " " * 500),
          ("poem", "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\nRough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date;\n" * 3),
          ("letter", "Dear Ann,\n\nthank you for your letter, which I got on Monday, after a long trip.\nIt was good to hear, of course, that all is well.\n\nYours,\nBob\n"), ("log", "".join(f"2021-03-04 10:00:{i:02d} INFO server started worker {i}\n" for i in range(2))))),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    return [*totals(), *heads(), *edges()]
