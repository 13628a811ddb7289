"""Columns with the numbers, dates, ids and missing spellings people really write, and targets that need a word."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Case

CHANCE = random.Random(7)


def with_column(value: Callable[[int], str], count: int = 60, cut: str = ",") -> bytes:
    """A table with a plain number q, the column v under test, and a class k."""
    lines = [cut.join(("q", "v", "k"))]
    lines += [
        cut.join((f"{(i * 13) % 50}.{i % 10}".replace(".", "," if cut == ";" else "."), value(i), "ab"[i % 2]))
        for i in range(count)
    ]
    return "\n".join(lines).encode()


def _case(key: str, value: Callable[[int], str], outcome: tuple[str, ...], kind: str, **more) -> Case:
    cut = more.pop("cut", ",")
    return Case(
        key, "a.csv", with_column(value, more.pop("count", 60), cut), outcome, rows=60, types={"v": kind}, **more
    )


def numbers() -> list[Case]:
    """Numbers in every style."""
    thousand = lambda i: f"{1 + i % 9}.{(i * 37) % 1000:03d},{i % 90 + 10}"  # noqa: E731
    return [
        _case("decimal comma", lambda i: f"{i},{i % 90 + 10}", FINE, "numeric", cut=";", missing={"v": 0}, says="decimal comma"),
        _case("1.234,50", thousand, FINE, "numeric", cut=";", missing={"v": 0}),
        _case("1 234,50", lambda i: f"{1 + i % 9}\u00a0{(i * 37) % 1000:03d},50", FINE, "numeric", cut=";", missing={"v": 0}),
        _case("narrow blank", lambda i: f"{1 + i % 9}\u202f{(i * 37) % 1000:03d},50", FINE, "numeric", cut=";", missing={"v": 0}),
        _case("1,234.50", lambda i: f'"{1 + i % 9},{(i * 37) % 1000:03d}.50"', FINE, "numeric", missing={"v": 0}),
        _case("1'234.50", lambda i: f"{1 + i % 9}'{(i * 37) % 1000:03d}.50", FINE, "numeric", missing={"v": 0}),
        _case("dollars", lambda i: f'"${1 + i % 9},{(i * 37) % 1000:03d}.50"', FINE, "numeric", missing={"v": 0}),
        _case("euros", lambda i: f"{i * 1.5:.2f} €", FINE, "numeric", missing={"v": 0}, says="currency"),
        _case("pounds", lambda i: f"-£{i * 1.5 + 1:.2f}", FINE, "numeric", missing={"v": 0}),
        _case("EUR", lambda i: f"EUR {i * 1.5:.2f}", FINE, "numeric", missing={"v": 0}),
        _case("percent", lambda i: f"{i * 1.1:.1f}%", FINE, "numeric", missing={"v": 0}, says="percent"),
        _case("percent apart", lambda i: f"{i * 1.1:.1f} %", FINE, "numeric", missing={"v": 0}),
        _case("brackets", lambda i: f"({i}.50)" if i % 3 else f"{i}.50", FINE, "numeric", missing={"v": 0}),
        _case("unicode minus", lambda i: f"\u2212{i}.5", FINE, "numeric", missing={"v": 0}),
        _case("minus behind", lambda i: f"{i}.5-", FINE, "numeric", missing={"v": 0}),
        _case("plus", lambda i: f"+{i}.5", LOAD, "numeric", missing={"v": 0}),
        _case("scientific", lambda i: f"{i + 1}.5e-{i % 5}", LOAD, "numeric", missing={"v": 0}),
        _case("inf", lambda i: "inf" if i % 10 == 0 else f"{i}.5", WARN, "numeric", missing={"v": 6}, says="6 values"),
        _case("1e400", lambda i: "1e400" if i == 7 else f"{i}.5", WARN, "numeric", missing={"v": 1}, says="1 value"),
        _case("10^25", lambda i: "1" + "0" * 25 if i == 7 else f"{i}.5", WARN, "numeric", says="1 value"),
        _case("beyond 2^53", lambda i: str(2**60 + 977 * i), WARN, "id|text|categorical", says="too long|2\\^53"),
        _case("postcodes", lambda i: f"{(i * 7) % 20:05d}", WARN, "text|categorical", says="leading zeros"),
        _case("leading zero ids", lambda i: f"{i:08d}", WARN, "text|categorical|id"),
        _case("words among", lambda i: "unsure" if i in (4, 9) else f"{i}.5", WARN, "numeric", missing={"v": 2}, says="2 values"),
        _case("0 and 1", lambda i: str(i % 2), FINE, "boolean|numeric"),
        _case("true false", lambda i: ("TRUE", "False")[i % 2], FINE, "boolean"),
        _case("messy yes", lambda i: ("Yes", "yes ", "NO", "no", "Y")[i % 5], WARN, "boolean", says="merged"),
        _case("messy words", lambda i: ("Berlin", "berlin", "BERLIN ", "Paris", "Rome")[i % 5], WARN, "categorical", says="merged"),
    ]  # fmt: skip


def absent() -> list[Case]:
    """Spellings of nothing, and words that look like it."""
    spelled = ("NA", "n/a", "NaN", "null", "", "-", "?", "#N/A", "None", "N.A.")
    return [
        _case(
            "na spellings",
            lambda i: spelled[i // 5 % 10] if i % 5 == 0 else f"{i}.5",
            FINE,
            "numeric",
            missing={"v": 12},
        ),
        _case("empty cells", lambda i: "" if i % 4 == 0 else f"{i}.5", LOAD, "numeric", missing={"v": 15}),
        _case("-999", lambda i: "-999" if i % 6 == 0 else f"{i}.5", WARN, "numeric", missing={"v": 10}, says="-999"),
        _case("-999.0", lambda i: "-999.0" if i % 6 == 0 else f"{i}.5", WARN, "numeric", missing={"v": 10}),
        _case("NA region", lambda i: ("NA", "EU", "AP", "SA")[i % 4], FINE, "categorical", missing={"v": 0}),
        _case("None grade", lambda i: ("None", "Mild", "Severe")[i % 3], FINE, "categorical", missing={"v": 0}),
        _case("all missing", lambda i: "", FINE, "empty", missing={"v": 60}),
        _case("all NA", lambda i: "NA", FINE, "empty", missing={"v": 60}),
        _case("constant", lambda i: "7", FINE, "constant"),
        _case("constant word", lambda i: "same", FINE, "constant"),
    ]


def dates() -> list[Case]:
    """Dates in many forms."""
    day = lambda i: (1 + i % 28, 1 + i % 12, 2000 + i % 20)  # noqa: E731
    forms: dict[str, Callable[[int], str]] = {
        "iso": lambda i: "{2:04d}-{1:02d}-{0:02d}".format(*day(i)),
        "iso time": lambda i: "{2:04d}-{1:02d}-{0:02d}T10:11:12".format(*day(i)),
        "iso zone": lambda i: "{2:04d}-{1:02d}-{0:02d}T10:11:12+02:00".format(*day(i)),
        "slashes year first": lambda i: "{2:04d}/{1:02d}/{0:02d}".format(*day(i)),
        "day first": lambda i: "{:02d}/{:02d}/{:04d}".format(*day(i)),
        "month first": lambda i: "{1:02d}/{0:02d}/{2:04d}".format(*day(i)),
        "german": lambda i: "{}.{}.{}".format(*day(i)),
        "two digits": lambda i: f"{day(i)[0]:02d}.{day(i)[1]:02d}.{day(i)[2] % 100:02d}",
        "named month": lambda i: f"{day(i)[0]} {('Jan', 'Feb', 'Mar')[i % 3]} {day(i)[2]}",
        "american": lambda i: f'"{("January", "May", "March")[i % 3]} {day(i)[0]}, {day(i)[2]}"',
        "oracle": lambda i: f"{day(i)[0]:02d}-{('JAN', 'FEB', 'MAR')[i % 3]}-{day(i)[2] % 100:02d}",
        "compact": lambda i: "{2:04d}{1:02d}{0:02d}".format(*day(i)),
        "half day": lambda i: "{1}/{0}/{2} 11:59 PM".format(*day(i)),
        "weekday": lambda i: f'"Mon, {day(i)[0]} Jan {day(i)[2]}"',
        "year and month": lambda i: f"{day(i)[2]}-{day(i)[1]:02d}",
        "french": lambda i: f"{day(i)[0]} {('janvier', 'février', 'août')[i % 3]} {day(i)[2]}",
    }
    cases = [_case(f"date {name}", form, FINE, "date", missing={"v": 0}) for name, form in forms.items()]
    unsure = lambda i: f"{1 + i % 12:02d}/{1 + (i * 5) % 12:02d}/2020"  # noqa: E731
    return [
        *cases,
        _case("date unsure", unsure, WARN, "date", says="day/month|month/day"),
        _case(
            "date year 1", lambda i: "0001-01-01" if i == 3 else "{2:04d}-{1:02d}-{0:02d}".format(*day(i)), FINE, "date"
        ),
        _case(
            "date 9999",
            lambda i: "9999-12-31" if i % 9 == 3 else "{2:04d}-{1:02d}-{0:02d}".format(*day(i)),
            FINE,
            "date",
        ),
        _case(
            "date with words",
            lambda i: "soon" if i == 3 else "{2:04d}-{1:02d}-{0:02d}".format(*day(i)),
            WARN,
            "date",
            missing={"v": 1},
        ),
    ]


def identities() -> list[Case]:
    """Columns that name rows, and one that only looks so."""
    words = [
        "the",
        "quick",
        "brown",
        "fox",
        "jumps",
        "over",
        "a",
        "lazy",
        "dog",
        "and",
        "runs",
        "far",
        "away",
        "from",
        "here",
        "today",
    ]
    return [
        _case("1 to n", lambda i: str(i + 1), WARN, "id", says="ID-like"),
        _case("0 to n", lambda i: str(i), WARN, "id"),
        _case("uuid", lambda i: str(uuid.UUID(int=CHANCE.getrandbits(128))), WARN, "id"),
        _case("e-mail", lambda i: f"person{i}@example.org", WARN, "id"),
        _case("names", lambda i: f"Ann{i} Miller{i * 3}", WARN, "id|text"),
        _case("codes", lambda i: f"K{i * 977 % 1000:03d}-{i % 7}", WARN, "id"),
        _case("many classes", lambda i: f"town{i * 7 % 45}", FINE, "id|text|categorical"),
        _case("continuous", lambda i: f"{CHANCE.gauss(0, 1):.9f}", LOAD, "numeric"),
        _case("free text", lambda i: " ".join(CHANCE.choices(words, k=9)), FINE, "text"),
    ]


def targets() -> list[Case]:
    """What may and may not be predicted."""
    aim = {"target": "v"}
    many = lambda i: f"{(i * 31) % 97}.{i % 10}"  # noqa: E731

    def aimed(key: str, value: Callable[[int], str], outcome: tuple[str, ...], count: int = 60, **more) -> Case:
        return Case(f"target {key}", "a.csv", with_column(value, count), outcome, **aim, **more)

    return [
        aimed("two words", lambda i: ("yes", "no")[i // 2 % 2], FINE, task="binary", classes=("no", "yes"), rows_used=60),
        aimed("three words", lambda i: "xyz"[i // 2 % 3], FINE, task="multiclass", classes=("x", "y", "z"), rows_used=60),
        aimed("numbers", many, FINE, task="regression", classes=(), rows_used=60),
        aimed("0 and 1", lambda i: str(i // 2 % 2), FINE, task="binary", classes=("0", "1")),
        aimed("1 to 5", lambda i: str(1 + i // 2 % 5), FINE, task="multiclass"),
        aimed("constant", lambda i: "a", ERROR, says="one value"),
        aimed("missing", lambda i: "", ERROR, says="missing"),
        aimed("one per class", lambda i: f"w{i}x", ERROR),
        aimed("an id", lambda i: str(i + 1), WARN, task="regression", says="may only number the rows"),
        aimed("free text", lambda i: f"this is the {i}th sentence of a long and winding text", ERROR, says="text"),
        aimed("a date", lambda i: f"2020-{1 + i % 12:02d}-{1 + i % 28:02d}", ERROR, says="date"),
        aimed("partly missing", lambda i: "" if i % 6 == 0 else "xy"[i // 2 % 2], WARN, rows_used=50, says="10 rows"),
        aimed("numbers partly missing", lambda i: "" if i % 6 == 0 else many(i), WARN, rows_used=50, task="regression"),
        aimed("inf", lambda i: "inf" if i == 3 else many(i), WARN, rows_used=59, task="regression"),
        aimed("words among numbers", lambda i: "oops" if i == 3 else many(i), WARN, rows_used=59, task="regression"),
        aimed("single row class", lambda i: "z" if i == 3 else "xy"[i // 2 % 2], WARN, says="“z”"),
        aimed("messy", lambda i: ("Yes", "yes", " NO", "no")[i % 4], WARN, task="binary"),
        aimed("unbalanced", lambda i: "rare" if i % 100 == 0 else "usual", WARN, count=600, says="unbalanced|6 rows"),
        aimed("NA class", lambda i: ("NA", "EU", "US")[i // 2 % 3], FINE, classes=("EU", "NA", "US"), rows_used=60),
        aimed("None class", lambda i: ("None", "Mild", "Bad")[i // 2 % 3], FINE, classes=("Bad", "Mild", "None")),
        aimed("10,000 classes", lambda i: f"c{i % 10_000}", TELL, count=20_000, says="10,000"),
        aimed("300 classes", lambda i: f"c{i % 300}", TELL, count=6_000, says="200"),
        Case("target not there", "a.csv", with_column(many), ERROR, target="nope", says="no column"),
        Case("target in other case", "a.csv", with_column(many), FINE, target="V", task="regression"),
        Case("target copied", "a.csv", _copied(), WARN, target="v", says="“copy”.*leak"),
        Case("target scaled", "a.csv", _scaled(), WARN, target="v", says="“cents”"),
        Case("duplicate rows", "a.csv", with_column(many) + b"\n" + b"\n".join(with_column(many).split(b"\n")[1:11]), WARN,
             target="v", says="10 rows are copies"),
    ]  # fmt: skip


def _copied() -> bytes:
    lines = ["q,v,copy"] + [f"{i * 7 % 50}.5,{'xy'[i // 2 % 2]},{('left', 'right')[i // 2 % 2]}" for i in range(60)]
    return "\n".join(lines).encode()


def _scaled() -> bytes:
    lines = ["q,v,cents"] + [f"{i * 7 % 50}.5,{i * 31 % 97}.25,{i * 31 % 97}25" for i in range(60)]
    return "\n".join(lines).encode()


def cases() -> list[Case]:
    """All of this file."""
    return [*numbers(), *absent(), *dates(), *identities(), *targets()]
