"""Separated text in every encoding, delimiter, line end and layout that people really upload."""

from __future__ import annotations

import random

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Case

HEADER = ("age", "price", "colour", "bought")
TYPES = {"age": "numeric", "price": "numeric", "colour": "categorical", "bought": "boolean"}


def rows(count: int = 60) -> list[list[str]]:
    """Plain rows: age, price, colour, bought."""
    return [
        [str(20 + (7 * i) % 50), f"{3 + i * 1.37:.2f}", ("red", "blue", "green")[i % 3], ("yes", "no")[(i // 2) % 2]]
        for i in range(count)
    ]


def table(body=None, header=HEADER, cut=",", end="\n") -> str:
    """A separated text."""
    lines = [cut.join(header)] if header else []
    return end.join([*lines, *(cut.join(row) for row in (rows() if body is None else body))]) + end


def changed(place: int, row: list[str] | str) -> str:
    """The plain table with one line replaced."""
    lines = table().split("\n")
    lines[place] = row if isinstance(row, str) else ",".join(row)
    return "\n".join(lines)


def _words(header: str, words: list[str], encoding: str) -> bytes:
    body = [[str(20 + i % 30), f"{i * 1.7:.1f}", words[i % len(words)], ("a", "b")[i % 2]] for i in range(60)]
    return table(body, (header, "price", "colour", "bought")).encode(encoding)


def encodings() -> list[Case]:
    """Bytes that are text, in every encoding."""
    plain = table()
    west = table([[*row[:2], ("Zürich", "Genève", "Köln")[i % 3], row[3]] for i, row in enumerate(rows())])
    curly = table([[*row[:2], ("“big”", "€ 5 off", "it’s")[i % 3], row[3]] for i, row in enumerate(rows())])
    full = {"rows": 60, "cols": 4, "types": TYPES}
    mixed = west.encode("utf-8") + "30,4.5,Köln,yes\n".encode("latin-1")
    return [
        Case("utf8", "a.csv", plain.encode(), LOAD, **full),
        Case("bom", "a.csv", b"\xef\xbb\xbf" + plain.encode(), LOAD, **full),
        Case("bom twice", "a.csv", b"\xef\xbb\xbf" * 2 + plain.encode(), LOAD, **full),
        Case("utf16", "a.csv", west.encode("utf-16"), LOAD, **full),
        Case("utf16le bare", "a.csv", plain.encode("utf-16-le"), LOAD, **full),
        Case("utf16be bare", "a.csv", plain.encode("utf-16-be"), LOAD, **full),
        Case("utf16be", "a.csv", b"\xfe\xff" + plain.encode("utf-16-be"), LOAD, **full),
        Case("utf32", "a.csv", plain.encode("utf-32"), LOAD, **full),
        Case("utf32le bare", "a.csv", plain.encode("utf-32-le"), LOAD, **full),
        Case("utf32be bare", "a.csv", plain.encode("utf-32-be"), LOAD, **full),
        Case("latin1", "a.csv", west.encode("latin-1"), LOAD, **full),
        Case("cp1252", "a.csv", curly.encode("cp1252"), LOAD, rows=60, types=TYPES),
        Case("cp1251", "a.csv", _words("возраст", ["красный", "синий", "зелёный"], "cp1251"), WARN, rows=60,
             types={"возраст": "numeric"}, says="1251|Cyrillic"),
        Case("koi8", "a.csv", _words("возраст", ["красный", "синий", "зелёный"], "koi8-r"), WARN, rows=60,
             types={"возраст": "numeric"}, says="KOI8|Cyrillic"),
        Case("sjis", "a.csv", _words("年齢", ["赤い", "青い色", "みどり"], "cp932"), WARN, rows=60,
             types={"年齢": "numeric"}, says="Shift"),
        Case("gb18030", "a.csv", _words("年龄", ["红色", "蓝色", "绿色"], "gb18030"), WARN, rows=60,
             types={"年龄": "numeric"}, says="GB18030"),
        Case("mixed encodings", "a.csv", mixed, WARN, rows=61, says="mixes encodings"),
        Case("nul bytes", "a.csv", plain.replace("red", "r\0ed").encode(), WARN, says="control", **full),
        Case("control bytes", "a.csv", plain.replace("blue", "bl\x07ue").encode(), WARN, says="control", **full),
        Case("escape codes", "a.csv", plain.replace("blue", "\x1b[31mblue").encode(), FINE, rows=60),
        Case("bad utf16", "a.csv", plain.encode("utf-16")[:-1], FINE, rows=60),
    ]  # fmt: skip


def delimiters() -> list[Case]:
    """Every way to cut a line."""
    full = {"rows": 60, "cols": 4, "types": TYPES}
    cases = [
        Case(f"cut by {name}", "a.csv", table(cut=cut).encode(), LOAD, **full)
        for name, cut in {
            "semicolon": ";", "tab": "\t", "pipe": "|", "caret": "^", "blank": " ", "comma and blank": ", ", "blanks": "   ",
        }.items()
    ]  # fmt: skip
    cases += [
        Case("sep line", "a.csv", ("sep=;\n" + table(cut=";")).encode(), LOAD, **full),
        Case("sep line crlf", "a.csv", ("sep=|\r\n" + table(cut="|", end="\r\n")).encode(), LOAD, **full),
        Case("tsv", "a.tsv", table(cut="\t").encode(), LOAD, **full),
        Case("txt", "a.txt", table(cut=";").encode(), LOAD, **full),
        Case("cr", "a.csv", table(end="\r").encode(), LOAD, **full),
        Case("crlf", "a.csv", table(end="\r\n").encode(), LOAD, **full),
        Case("mixed ends", "a.csv", (table(rows()[:20]) + table(rows()[20:40], None, end="\r\n")
                                     + table(rows()[40:], None, end="\r")).encode(), LOAD, **full),
        Case("blank lines", "a.csv", table().replace("\n", "\n\n").encode(), LOAD, **full),
        Case("blank lines at ends", "a.csv", ("\n\n" + table() + "\n\n\n").encode(), LOAD, **full),
        Case("no last newline", "a.csv", table().rstrip().encode(), LOAD, **full),
        Case("quoted newlines", "a.csv", changed(9, '30,4.5,"red\nor so",yes').encode(), LOAD, rows=60, cols=4,
             types={"age": "numeric"}),
        Case("quoted delimiter", "a.csv", changed(9, '30,4.5,"red, dark",yes').encode(), LOAD, rows=60, cols=4),
        Case("all quoted", "a.csv", table([[f'"{cell}"' for cell in row] for row in rows()]).encode(), LOAD, **full),
        Case("single quotes", "a.csv", table([[*row[:2], f"'{row[2]}, light'", f"'{row[3]}'"] for row in rows()]).encode(),
             LOAD, **full),
        Case("backslash escapes", "a.csv", table([[*row[:2], f'"say \\"{row[2]}\\", ok"', row[3]] for row in rows()]).encode(),
             LOAD, **full),
        Case("doubled quotes", "a.csv", table([[*row[:2], f'"say ""{row[2]}"", ok"', row[3]] for row in rows()]).encode(),
             LOAD, **full),
        Case("open quote", "a.csv", changed(9, '30,4.5,"red,yes').encode(), WARN, rows=60, cols=4, says="quote.*line 10"),
        Case("open quote at end", "a.csv", changed(60, '30,4.5,"red,yes').encode(), WARN, rows=60, says="quote"),
        Case("inches", "a.csv", changed(9, '30,4.5,5" pipe,yes').encode(), FINE, rows=60),
        Case("short row", "a.csv", changed(9, "30,4.5").encode(), WARN, rows=60, cols=4, says="1 row .*line 10"),
        Case("long row", "a.csv", changed(9, "30,4.5,red,yes,more,and more").encode(), WARN, rows=60, cols=4,
             says="1 row .*line 10"),
        Case("many ragged", "a.csv", table([row if i % 5 else row[:3] for i, row in enumerate(rows())]).encode(), WARN,
             rows=60, says="12 rows"),
        Case("comma at row ends", "a.csv", table([[*row, ""] for row in rows()]).encode(), LOAD, **full),
        Case("comma at all ends", "a.csv", table([[*row, ""] for row in rows()], (*HEADER, "")).encode(), LOAD, **full),
        Case("row names", "a.csv", table([[str(i), *row] for i, row in enumerate(rows(), 1)]).encode(), FINE, rows=60,
             types=TYPES),
    ]  # fmt: skip
    return cases


def layouts() -> list[Case]:
    """What stands around the data: titles, remarks, totals, second headers."""
    full = {"rows": 60, "types": TYPES}
    units = table([["years", "EUR", "", ""], *rows()])
    double = table([list(HEADER), *rows()], ("who", "", "what", ""))
    noise = random.Random(1)
    return [
        Case("preamble", "a.csv", ("Sales report\nmade on 2020-01-01\n\n" + table()).encode(), WARN, says="2 rows", **full),
        Case("padded preamble", "a.csv", ("Sales report,,,\n,,,\n" + table()).encode(), WARN, **full),
        Case("comments", "a.csv", ("# made by a program\n# version 2\n" + table()).encode(), FINE, **full),
        Case("comment inside", "a.csv", changed(9, "# checked until here").encode(), WARN, rows=59, types=TYPES),
        Case("hash header", "a.csv", ("#" + table()).encode(), FINE, rows=60),
        Case("footer", "a.csv", (table() + "Source: our own shop\n").encode(), WARN, **full),
        Case("footer after blank", "a.csv", (table() + "\nSource: our own shop\nAll rights reserved\n").encode(), WARN, **full),
        Case("total", "a.csv", (table() + "Total,2000.55,,\n").encode(), WARN, says="total", **full),
        Case("total in words", "a.csv", (table() + ",9000,Grand total,\n").encode(), WARN, says="total", **full),
        Case("units row", "a.csv", units.encode(), WARN, **full),
        Case("two headers", "a.csv", double.encode(), WARN, rows=60, says="second header"),
        Case("header again", "a.csv", (table(rows()[:30]) + table(rows()[30:])).encode(), WARN, says="repeated", **full),
        Case("no header", "a.csv", table(header=None).encode(), WARN, rows=60, cols=4, says="no header"),
        Case("same names", "a.csv", table(header=("a", "a", "a", "b")).encode(), WARN, cols=4, says="twice"),
        Case("empty name", "a.csv", table(header=("a", "", "c", "")).encode(), WARN, cols=4, says="no name"),
        Case("padded names", "a.csv", table(header=(" age ", "price  ", "\tcolour", "bought ")).encode(), LOAD, **full),
        Case("numbers as names", "a.csv", table(header=("1", "2", "3", "4")).encode(), FINE, cols=4, rows=60),
        Case("years as names", "a.csv", table([[str(i), str(5.5 + i), str(6.5 * i)] for i in range(60)],
                                              ("shop", "2019", "2020")).encode(), FINE, rows=60, types={"2019": "numeric"}),
        Case("name of 10,000", "a.csv", table(header=("a", "b", "c" * 10_000, "d")).encode(), WARN, cols=4, says="cut"),
        Case("markdown names", "a.csv", table(header=("![x](http://h/x)", "<b>b</b>", "`c`", "=d()")).encode(), FINE, cols=4),
        Case("proto names", "a.csv", table(header=("__proto__", "a.b", "a[0]", "x:Q")).encode(), LOAD, cols=4),
        Case("nothing", "a.csv", b"", ERROR, says="empty"),
        Case("blanks only", "a.csv", b"  \n \n\t\n", ERROR),
        Case("bom only", "a.csv", b"\xef\xbb\xbf", ERROR),
        Case("header only", "a.csv", b"a,b,c\n", ERROR),
        Case("one row", "a.csv", table(rows(1)).encode(), ERROR, says="1 row"),
        Case("two rows", "a.csv", table(rows(2)).encode(), ERROR, says="2 rows"),
        Case("one column", "a.csv", ("a\n" + "\n".join(map(str, range(60)))).encode(), ERROR, says="one column"),
        Case("prose", "a.csv", b"Call me Ishmael. Some years ago, never mind how long,\nhaving little or no money.\nIt is a way,"
             b" I have, of driving off, the spleen.\nWhenever I find myself growing grim\nabout the mouth.\n" * 4, ERROR),
        Case("commas only", "a.csv", b",,,\n" * 40, ERROR),
        Case("noise", "a.csv", bytes(noise.randrange(256) for _ in range(5_000)), ERROR),
        Case("5,000 columns", "a.csv", (",".join(f"c{i}" for i in range(5_000)) + "\n"
                                        + ("1.5," * 4_999 + "2\n" + "2.5," * 4_999 + "3\n") * 10).encode(), TELL,
             says="5,000 columns"),
        Case("20,000 columns", "a.csv", (",".join(f"c{i}" for i in range(20_000)) + "\n"
                                         + ("1," * 19_999 + "2\n") * 5).encode(), ERROR, says="5,000"),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    return [*encodings(), *delimiters(), *layouts()]
