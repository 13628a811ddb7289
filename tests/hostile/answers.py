"""Dates, names of rows, and targets of every kind that can and cannot be one."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Case
from tests.hostile.numerals import column

# fmt: off
COUNT = 60
CHANCE = random.Random(11)
DAYS = [dt.date(2019, 1, 1) + dt.timedelta(days=i * 17) for i in range(COUNT)]


def held(key: str, value: Callable[[int], str], kinds: str, outcome=FINE, **more) -> Case:
    """A column v of one kind."""
    quote, count, cut = more.pop("quote", False), more.pop("count", COUNT), more.pop("cut", ",")
    more.setdefault("missing", {"v": 0})
    return Case(f"answer {key}", "a.csv", column(value, cut, count, quote), outcome, rows=count, cols=3, types={"v": kinds}, **more)


def dates() -> list[Case]:
    """Dates as written in many countries, with the day they mean."""
    forms = (
        "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%m-%d-%Y", "%d.%m.%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y",
        "%d %B %Y", "%Y%m%d", "%Y-%m-%d 12:30", "%Y-%m-%d 12:30:45", "%Y-%m-%dT12:30:45", "%Y-%m-%dT12:30:45Z", "%Y-%m-%dT12:30:45.123456", "%Y-%m-%d 12:30:45.5",
        "%d/%m/%Y 23:59", "%m/%d/%Y 11:59 PM", "%a %d %b %Y", "%d%b%Y", "%Y-%b-%d", "%d. %m. %Y", "%Y-%m-%d 00:00:00+00:00", "%Y年%m月%d日", "%d/%b/%Y:10:00:00 +0000",
    )  # fmt: skip
    found = []
    for form in forms:
        days = tuple(f"{day.isoformat()}" for day in DAYS)
        timed = ":" in form
        more = {} if timed or form in ("%d.%m.%y",) else {"values": {"v": tuple(f"{day} 00:00:00" for day in days)}}
        found.append(held(f"date {form}", lambda i, f=form: DAYS[i].strftime(f), "date", **more))
    quoted = {"american": "%B %d, %Y", "weekday": "%A, %B %d, %Y", "mail": "%a, %d %b %Y"}
    found += [held(f"date {name}", lambda i, f=form: DAYS[i].strftime(f), "date", quote=True, values={"v": (str(DAYS[0]) + " 00:00:00",)}) for name, form in quoted.items()]
    swap = lambda i: f"{1 + i % 12:02d}/{1 + i * 5 % 12:02d}/2020"
    tongues = {"german": "5. März 2020", "german long": "12. Dezember 2020", "spanish": "3 de mayo de 2020", "portuguese": "3 de março de 2020", "italian": "7 luglio 2020", "dutch": "7 mei 2020", "russian": "7 мая 2020", "polish": "7 lipca 2020", "swedish": "7 maj 2020"}
    found += [held(f"date {name}", lambda i, t=text: f"{i % 20 + 1}" + t.lstrip("0123456789"), "date") for name, text in tongues.items()]
    return [
        *found,
        held("date unsure", swap, "date", WARN, says="day/month|month/day"), held("date unsure points", lambda i: swap(i).replace("/", "."), "date", FINE), held("date unsure dashes", lambda i: swap(i).replace("/", "-"), "date", WARN, says="day/month|month/day"),
        held("date sure by one", lambda i: "25/12/2020" if i == 40 else swap(i), "date", FINE, values={"v": ("2020-01-01 00:00:00", "2020-06-02 00:00:00")}), held("date sure american", lambda i: "12/25/2020" if i == 40 else swap(i), "date", FINE, values={"v": ("2020-01-01 00:00:00", "2020-02-06 00:00:00")}),
        held("date contradicts", lambda i: ("25/12/2020", "12/25/2020")[i % 2] if i > 40 else swap(i), "date", WARN, says="day/month|month/day"),
        held("date year 1", lambda i: "0001-01-01" if i < 3 else str(DAYS[i]), "date", WARN, missing={"v": 3}, says="3 values"), held("date 9999", lambda i: "9999-12-31" if i < 3 else str(DAYS[i]), "date", WARN, missing={"v": 3}, says="3 values"),
        held("date 9999 points", lambda i: "31.12.9999" if i < 3 else DAYS[i].strftime("%d.%m.%Y"), "date", WARN, missing={"v": 3}), held("date zeros", lambda i: "0000-00-00" if i < 3 else str(DAYS[i]), "date", WARN, missing={"v": 3}),
        held("date words", lambda i: "unknown" if i < 3 else str(DAYS[i]), "date", FINE, missing={"v": 3}), held("date gaps", lambda i: "" if i % 5 == 0 else str(DAYS[i]), "date", FINE, missing={"v": 12}), held("date 30 February", lambda i: "2020-02-30" if i < 2 else str(DAYS[i]), "date", WARN, missing={"v": 2}),
        held("date leap", lambda i: ("2020-02-29", "2019-02-28")[i % 2], "date|categorical", FINE), held("date zones", lambda i: f"{DAYS[i]}T10:00:00+0{i % 5}:00", "date", WARN, says="UTC"), held("years", lambda i: str(1990 + i % 30), "numeric", FINE), held("quarters", lambda i: f"2020-Q{1 + i % 4}", "categorical|date", FINE),
        held("months", lambda i: f"2020-{1 + i % 12:02d}", "date|categorical", FINE), held("epoch", lambda i: str(1_577_836_800 + i * 86_400), "numeric|date|id", FINE), held("epoch ms", lambda i: str(1_577_836_800_000 + i * 86_400_000), "numeric|date|id", FINE),
    ]  # fmt: skip


def ids() -> list[Case]:
    """Columns that name rows are left out with the reason; numbers that measure never are."""
    some = {"says": "ID-like"}
    word = lambda i: f"{('Ann', 'Bob', 'Cid', 'Dee')[i % 4]} {('Miller', 'Smith', 'Jones')[i % 3]}{i}"
    return [
        held("id 1 to n", lambda i: str(i + 1), "id", WARN, **some), held("id 0 to n", lambda i: str(i), "id", WARN, **some), held("id backwards", lambda i: str(60 - i), "id", WARN, **some), held("id from 1001", lambda i: str(1001 + i), "id", WARN, **some),
        held("id shuffled", lambda i: str((i * 37) % 60 + 1), "id", TELL + LOAD), held("id uuid", lambda i: str(uuid.UUID(int=CHANCE.getrandbits(128))), "id", WARN, **some), held("id uuid plain", lambda i: uuid.UUID(int=CHANCE.getrandbits(128)).hex, "id", WARN, **some),
        held("id braces", lambda i: "{" + str(uuid.UUID(int=CHANCE.getrandbits(128))).upper() + "}", "id", WARN, **some), held("id mail", lambda i: f"p{i}@example.org", "id", WARN, **some), held("id link", lambda i: f"https://example.org/{i}", "id", WARN, **some),
        held("id ticket", lambda i: f"T-2020-{i:04d}", "id", WARN, **some), held("id names", word, "id|text", FINE), held("id nearly unique", lambda i: f"C{(i if i != 7 else 8):05d}", "id", WARN, **some), held("id hash", lambda i: f"{CHANCE.getrandbits(160):040x}", "id", WARN, **some),
        held("float is no id", lambda i: f"{CHANCE.gauss(50, 9):.6f}", "numeric", LOAD), held("whole float is no id", lambda i: f"{(i * 7919) % 100_003}.0", "numeric", FINE), held("prices are no ids", lambda i: str(15_000 + (i * 7_919) % 90_000), "numeric", FINE), held("ages are no ids", lambda i: str(18 + i * 7 % 50), "numeric", FINE),
        held("rising float", lambda i: f"{i + 0.5}", "numeric", FINE), held("high cardinality", lambda i: f"town {i * 7 % 43}", "categorical|id|text", FINE), held("many towns", lambda i: f"town{i % 1500}", "id|text", WARN, count=3_000), held("few towns", lambda i: f"town{i % 90}", "categorical", FINE, count=3_000),
    ]  # fmt: skip


def targets() -> list[Case]:
    """What may and may not be predicted, and every word that must be said about it."""
    real = lambda i: f"{(i * 31) % 97}.{i % 9 + 1}"
    ab = lambda i: "xy"[i // 2 % 2]

    def aim(key: str, value: Callable[[int], str], outcome, count: int = COUNT, **more) -> Case:
        quote = more.pop("quote", False)
        return Case(f"aim {key}", "a.csv", column(value, ",", count, quote), outcome, target=more.pop("target", "v"), **more)

    return [
        aim("constant number", lambda i: "5", ERROR, says="one value"), aim("constant with gaps", lambda i: "" if i % 3 else "a", ERROR, says="one value"), aim("missing", lambda i: "NA", ERROR, says="missing"),
        aim("one a class", lambda i: f"word{i}", ERROR), aim("one a class two words", lambda i: f"big word{i}", ERROR), aim("id", lambda i: str(1 + i), WARN, task="regression", says="may only number the rows"), aim("uuid", lambda i: str(uuid.UUID(int=i * 7919 + 2**90)), ERROR), aim("mail", lambda i: f"a{i}@b.org", ERROR),
        aim("free text", lambda i: f"the {i}th customer was quite happy with the service on day {i * 7}", ERROR), aim("date", lambda i: str(DAYS[i]), ERROR, says="date"), aim("date german", lambda i: DAYS[i].strftime("%d.%m.%Y"), ERROR, says="date"), aim("time stamp", lambda i: f"{DAYS[i]} 10:00:00", ERROR, says="date"),
        aim("not there", real, ERROR, target="zzz", says="no column"), aim("empty name", real, ERROR, target="", says="no column|name"), aim("name with blanks", real, FINE, target=" v ", task="regression"), aim("name in capitals", real, FINE, target="V", task="regression"), aim("hostile name", real, ERROR, target="![x](http://h/x)"),
        aim("half missing", lambda i: "" if i % 2 else ("x", "y", "x", "y", "y")[i // 2 % 5], WARN, rows_used=30, says="30 rows", task="binary"), aim("one missing", lambda i: "" if i == 5 else ab(i), WARN, rows_used=59, says="1 row"), aim("NA among numbers", lambda i: "NA" if i % 6 == 0 else real(i), WARN, rows_used=50, task="regression", says="10 rows"),
        aim("single row class", lambda i: "z" if i == 5 else ab(i), WARN, says="z", task="multiclass"), aim("two row class", lambda i: "z" if i in (5, 6) else ab(i), WARN, says="z"), aim("inf", lambda i: "inf" if i % 20 == 5 else real(i), WARN, rows_used=57, says="3", task="regression"), aim("1e400", lambda i: "1e400" if i == 5 else real(i), WARN, rows_used=59, task="regression"),
        aim("words", lambda i: ("oops", "n/m")[i % 2] if i % 20 == 5 else real(i), WARN, rows_used=57, says="3", task="regression"), aim("messy", lambda i: ("Yes", "yes", "YES", "No", "no ", " NO")[i * 5 % 6], WARN, task="binary", says="merged", rows_used=60),
        aim("messy words", lambda i: ("Cat", "cat", "dog", "Dog ", "BIRD", "bird")[i * 5 % 6], WARN, task="multiclass", says="merged", rows_used=60), aim("messy blanks", lambda i: ("in use", "in  use", "spare")[i % 3], WARN, task="binary", says="merged", rows_used=60),
        aim("imbalance", lambda i: "fraud" if i % 200 == 7 else "fine", WARN, count=1_000, task="binary", says="5 rows|unbalanced"), aim("mild imbalance", lambda i: "a" if i % 4 == 0 else "b", FINE, task="binary", rows_used=60), aim("NA class", lambda i: ("NA", "EU", "AS")[i // 2 % 3], FINE, task="multiclass", classes=("AS", "EU", "NA"), rows_used=60),
        aim("None class", lambda i: ("None", "Mild", "Severe")[i // 2 % 3], FINE, task="multiclass", classes=("Mild", "None", "Severe"), rows_used=60), aim("None and some", lambda i: ("None", "Some")[i // 2 % 2], FINE, task="binary", classes=("None", "Some"), rows_used=60), aim("null word class", lambda i: ("unknown", "known")[i // 2 % 2], FINE, task="binary", rows_used=60),
        aim("10,000 classes", lambda i: f"k{i % 10_000}", TELL, count=30_000, says="10,000"), aim("250 classes", lambda i: f"k{i % 250}", TELL, count=5_000, says="200|250"), aim("150 classes", lambda i: f"k{i % 150}", FINE, count=5_000, task="multiclass", rows_used=5_000),
        aim("booleans", lambda i: ("True", "False")[i // 2 % 2], FINE, task="binary", rows_used=60), aim("ja nein", lambda i: ("ja", "nein")[i // 2 % 2], FINE, task="binary", classes=("ja", "nein")), aim("0 and 1 floats", lambda i: ("0.0", "1.0")[i // 2 % 2], FINE, task="binary", rows_used=60), aim("1 and 2", lambda i: str(1 + i // 2 % 2), FINE, task="binary", classes=("1", "2")),
        aim("-1 and 1", lambda i: str(1 - i // 2 % 2 * 2), FINE, task="binary"), aim("grades", lambda i: str(1 + i * 7 % 5), FINE, task="multiclass"), aim("counts", lambda i: str(i * 7 % 43), FINE, task="regression", rows_used=60), aim("percent", lambda i: f"{i * 7 % 43 + .5}%", FINE, task="regression", rows_used=60),
        aim("money", lambda i: f"${i * 177 % 4300:,}.50", FINE, task="regression", rows_used=60, quote=True), aim("quoted blanks", lambda i: (" x", "y ")[i // 2 % 2], FINE, task="binary", classes=("x", "y")), aim("hostile classes", lambda i: ("![x](http://h/x)", "<script>alert(1)</script>", "=1+1")[i // 2 % 3], FINE, task="multiclass", rows_used=60),
        *leaks(),
    ]  # fmt: skip


def leaks() -> list[Case]:
    """Copies of the target among the columns, rows that repeat, and two tiny classes."""

    def leak(key: str, target: Callable[[int], str], copy: Callable[[int], str], says: str, outcome=WARN) -> Case:
        lines = ["q,v,other"] + [f"{i * 7 % 50}.5,{target(i)},{copy(i)}" for i in range(COUNT)]
        return Case(f"leak {key}", "a.csv", "\n".join(lines).encode(), outcome, target="v", says=says)

    real, ab = (lambda i: (i * 31) % 97 + 0.25), (lambda i: i // 2 % 2)
    rows = [f"{i * 7 % 50}.5,{i * 1.5},{'ab'[i % 2]}" for i in range(40)]
    return [
        leak("same words", lambda i: "xy"[ab(i)], lambda i: "xy"[ab(i)], "“other”"), leak("other words", lambda i: ("no", "yes")[ab(i)], lambda i: str(ab(i)), "“other”"), leak("turned", lambda i: str(ab(i)), lambda i: str(1 - ab(i)), "“other”"), leak("three", lambda i: "abc"[i % 3], lambda i: "RGB"[i % 3], "“other”"),
        leak("same numbers", lambda i: str(real(i)), lambda i: str(real(i)), "“other”"), leak("scaled", lambda i: str(real(i)), lambda i: str(real(i) * 100), "“other”"), leak("shifted", lambda i: str(real(i)), lambda i: f"{real(i) - 32:.2f}", "“other”"), leak("negated", lambda i: str(real(i)), lambda i: f"{-real(i):.2f}", "“other”"),
        leak("not quite", lambda i: "xy"[ab(i)], lambda i: "xy"[(i + 1) // 2 % 2], "", FINE), leak("with gaps", lambda i: "xy"[ab(i)], lambda i: "" if i == 9 else "xy"[ab(i)], "“other”"),
        Case("rows twice", "a.csv", "\n".join(["q,v,k", *rows, *rows[:5]]).encode(), WARN, rows=45, target="v", says="5 rows are copies"), Case("row twice", "a.csv", "\n".join(["q,v,k", *rows, rows[3]]).encode(), WARN, rows=41, target="v", says="1 row is a copy"),
        Case("all rows same", "a.csv", b"q,v,k\n" + b"1,2,a\n" * 30, ERROR),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    return [*dates(), *ids(), *targets()]
