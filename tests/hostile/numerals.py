"""Numbers as accountants, engineers and programs of many countries write them; values are checked, not only types."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.case import FINE, LOAD, WARN, Case

# fmt: off
COUNT = 60


def column(value: Callable[[int], str], cut: str = ",", count: int = COUNT, quote: bool = False) -> bytes:
    """A table with a number q, the column v under test, and a class k."""
    mark = "," if cut == ";" else "."
    lines = [cut.join(("q", "v", "k"))]
    for i in range(count):
        cell = f'"{value(i)}"' if quote else value(i)
        lines.append(cut.join((f"{(i * 13) % 50}{mark}{i % 9 + 1}", cell, "ab"[i // 2 % 2])))
    return "\n".join(lines).encode()


def true(i: int) -> float:
    """The number behind cell i: up to seven digits before the point and two behind it."""
    return round((i * 7_919.37) % 9_999_999 * (1 + 40 * (i % 3)) + 1_000.25, 2)


def grouped(value: float, thousands: str, point: str, digits: int = 2) -> str:
    """A number with marks between thousands and before the fraction."""
    return f"{value:,.{digits}f}".replace(",", "T").replace(".", point).replace("T", thousands)


def case(key: str, value: Callable[[int], str], real: Callable[[int], float | None], outcome=FINE, **more) -> Case:
    """The column must be numeric and hold these values (None = missing)."""
    cut, quote = more.pop("cut", ","), more.pop("quote", False)
    wanted = [real(i) for i in range(COUNT)]
    more.setdefault("types", {"v": "numeric", "q": "numeric"})
    missing = {"v": sum(x is None for x in wanted), "q": 0}
    return Case(f"numeral {key}", "a.csv", column(value, cut, COUNT, quote), outcome, rows=COUNT, cols=3, missing=missing,
                values={"v": tuple(wanted)}, **more)  # fmt: skip


def marks() -> list[Case]:
    """Every pair of marks between thousands and before the fraction, under the delimiters that allow it."""
    found = []
    pairs = {
        "point and comma": (".", ","), "blank and comma": (" ", ","), "no-break and comma": ("\u00a0", ","),
        "narrow and comma": ("\u202f", ","), "thin and comma": ("\u2009", ","), "apostrophe and comma": ("'", ","),
        "curly and point": ("\u2019", "."), "apostrophe and point": ("'", "."), "comma and point": (",", "."), "none and comma": ("", ","),
        "blank and point": (" ", "."), "no-break and point": ("\u00a0", "."), "underscore and point": ("_", "."),
    }  # fmt: skip
    for name, (thousands, point) in pairs.items():
        for cut in (";", "\t", ","):
            quote = cut == ","
            found.append(
                case(
                    f"{name} cut by {cut!r}",
                    lambda i, t=thousands, p=point: grouped(true(i), t, p),
                    true,
                    cut=cut,
                    quote=quote,
                )
            )
    return found


def dresses() -> list[Case]:
    """Currencies, percents, brackets, signs and units around numbers."""
    plain = lambda i: round(i * 3.75 + 1, 2)
    euro = lambda i: grouped(true(i), ".", ",")
    signs = {
        "dollar before": lambda i: f"${plain(i):.2f}", "dollar apart": lambda i: f"$ {plain(i):.2f}", "euro behind": lambda i: f"{plain(i):.2f}€",
        "yen": lambda i: f"¥{plain(i):.2f}", "rupee": lambda i: f"₹{plain(i):.2f}", "won": lambda i: f"₩{plain(i):.2f}",
        "USD behind": lambda i: f"{plain(i):.2f} USD", "CHF before": lambda i: f"CHF {plain(i):.2f}", "R$": lambda i: f"R$ {plain(i):.2f}",
        "zloty": lambda i: f"{plain(i):.2f} zł", "krona": lambda i: f"{plain(i):.2f} kr", "rouble": lambda i: f"{plain(i):.2f} ₽",
        "pound with thousands": lambda i: f'"£{plain(i):,.2f}"',
    }  # fmt: skip
    found = [case(f"money {name}", value, plain) for name, value in signs.items()]
    percent = {"percent": lambda i: f"{plain(i):.2f}%", "percent apart": lambda i: f"{plain(i):.2f} %", "percent no-break": lambda i: f"{plain(i):.2f}\u00a0%"}
    found += [case(name, value, plain, says="percent") for name, value in percent.items()]
    negative = lambda i: -plain(i) if i % 3 else plain(i)
    minus = {
        "unicode minus": lambda i: f"{negative(i):.2f}".replace("-", "\u2212"), "en dash": lambda i: f"{negative(i):.2f}".replace("-", "\u2013"),
        "brackets": lambda i: f"({plain(i):.2f})" if i % 3 else f"{plain(i):.2f}", "brackets money": lambda i: f"(${plain(i):.2f})" if i % 3 else f"${plain(i):.2f}",
        "minus money": lambda i: f"-${plain(i):.2f}" if i % 3 else f"${plain(i):.2f}", "money minus": lambda i: f"$-{plain(i):.2f}" if i % 3 else f"${plain(i):.2f}",
        "minus behind": lambda i: f"{plain(i):.2f}-" if i % 3 else f"{plain(i):.2f}", "plus": lambda i: f"{negative(i):+.2f}", "minus apart": lambda i: f"- {plain(i):.2f}" if i % 3 else f"{plain(i):.2f}",
    }  # fmt: skip
    found += [case(name, value, negative) for name, value in minus.items()]
    return [
        *found,
        case("euro decimal comma", lambda i: f"{euro(i)} €", true, cut=";"),
        case("percent decimal comma", lambda i: f"{plain(i):.2f} %".replace(".", ","), plain, cut=";"),
        case("brackets decimal comma", lambda i: f"({euro(i)})" if i % 3 else euro(i), lambda i: -true(i) if i % 3 else true(i), cut=";"),
        case("unit kg", lambda i: f"{plain(i):.2f} kg", plain), case("full width", lambda i: f"{i + 1}".translate({48 + d: 0xFF10 + d for d in range(10)}) + ".5", lambda i: i + 1.5),
        case("scientific", lambda i: f"{plain(i):.3e}", lambda i: float(f"{plain(i):.3e}")), case("scientific capital", lambda i: f"{plain(i):.3E}", lambda i: float(f"{plain(i):.3e}")),
        case("scientific comma", lambda i: f"{plain(i):.3e}".replace(".", ","), lambda i: float(f"{plain(i):.3e}"), cut=";"),
        case("point first", lambda i: f".{i + 10}", lambda i: float(f".{i + 10}")), case("point last", lambda i: f"{i * 3 % 40}.", lambda i: float(i * 3 % 40)),
        case("padded", lambda i: f"  {plain(i):.2f}  ", plain), case("quoted", lambda i: f"{plain(i):.2f}", plain, quote=True),
        case("zero padded fraction", lambda i: f"{i * 3 % 40}.0", lambda i: float(i * 3 % 40)),
    ]  # fmt: skip


def doubts() -> list[Case]:
    """Numbers whose marks leave a doubt, and numbers that are no numbers."""
    three = lambda i: 1 + i % 9 + (i * 37 % 1000) / 1000
    return [
        # A comma before three digits in a semicolon file with decimal commas elsewhere is a decimal comma; the reading is shown.
        case("three digits behind comma", lambda i: f"{1 + i % 9},{i * 37 % 1000:03d}", three, WARN, cut=";", says="decimal comma"),
        case("three digits quoted", lambda i: f"{1 + i % 9},{i * 37 % 1000:03d}", lambda i: float((1 + i % 9) * 1000 + i * 37 % 1000), WARN, quote=True, says="thousands"),
        case("indian", lambda i: f"{1 + i % 9},{i % 90 + 10},{i * 37 % 1000:03d}.50", lambda i: (1 + i % 9) * 100_000 + (i % 90 + 10) * 1_000 + i * 37 % 1000 + .5, quote=True),
        case("inf words", lambda i: ("inf", "-inf", "Infinity", "INF")[i % 4] if i % 10 == 0 else f"{i}.5", lambda i: None if i % 10 == 0 else i + .5, WARN, says="6 values"),
        case("infinity sign", lambda i: "∞" if i % 10 == 0 else f"{i}.5", lambda i: None if i % 10 == 0 else i + .5, WARN, says="6 values"),
        case("1e400 and -1e400", lambda i: ("1e400", "-1e400")[i % 2] if i % 10 < 2 else f"{i}.5", lambda i: None if i % 10 < 2 else i + .5, WARN, says="12 values"),
        case("10^25 digits", lambda i: "9" * 26 if i in (3, 9) else f"{i}.5", lambda i: None if i in (3, 9) else i + .5, WARN, says="2 values"),
        case("1e-400", lambda i: "1e-400" if i == 3 else f"{i}.5", lambda i: 0.0 if i == 3 else i + .5, FINE),
        case("excel errors", lambda i: ("#DIV/0!", "#N/A", "#VALUE!")[i % 3] if i % 10 == 0 else f"{i}.5", lambda i: None if i % 10 == 0 else i + .5, FINE),
        case("words among", lambda i: ("n.d.", "<5", "approx 7")[i % 3] if i % 20 == 0 else f"{i}.5", lambda i: None if i % 20 == 0 else i + .5, WARN, says="3 values"),
        case("-999 whole", lambda i: "-999" if i % 6 == 0 else f"{i + 1}", lambda i: None if i % 6 == 0 else i + 1.0, WARN, says="-999"),
        case("-9999", lambda i: "-9999" if i % 6 == 0 else f"{i + 1}.25", lambda i: None if i % 6 == 0 else i + 1.25, WARN, says="-9999"),
        case("real -99", lambda i: f"{(i * 7 % 90) - 99}", lambda i: float((i * 7 % 90) - 99), FINE),
        *(case(f"missing {word!r}", lambda i, w=word: w if i % 6 == 0 else f"{i + 1}.25", lambda i: None if i % 6 == 0 else i + 1.25, FINE)
          for word in ("NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "-", "--", "?", "#N/A", ".", "n.a.", "missing", "<NA>", "NaT", "(blank)", "unknown", "\\N", "nil", "na", "#NA", "-nan", "keine Angabe")),
    ]  # fmt: skip


def codes() -> list[Case]:
    """Digits that are names: postcodes, card and phone numbers, long integers; leading zeros must survive."""

    def held(key: str, value: Callable[[int], str], kinds: str, outcome=WARN, **more) -> Case:
        return Case(f"code {key}", "a.csv", column(value), outcome, rows=COUNT, cols=3, types={"v": kinds}, missing={"v": 0}, **more)

    return [
        held("postcode", lambda i: f"{(i * 37) % 23:05d}", "text|categorical", values={"v": tuple(f"{(i * 37) % 23:05d}" for i in range(5))}),
        held("postcode some zeros", lambda i: ("01067", "10115", "80331", "20095")[i % 4], "text|categorical", values={"v": ("01067", "10115")}),
        held("account", lambda i: f"{i * 7_919:010d}", "text|id"), held("phone", lambda i: f"0{170_000_000 + i * 7_919}", "text|id"), held("phone plus", lambda i: f"+49 170 {1_000_000 + i * 7_919}", "text|id", FINE),
        held("card", lambda i: f"{4_111_111_111_111_111 + i * 7_919_000}", "text|id"), held("2^53", lambda i: str(2**53 + 1 + 977 * i), "text|id"), held("20 digits", lambda i: f"9{i:019d}", "text|id"),
        held("hex", lambda i: f"{i * 48_271 % 65_536:04x}{i:012x}", "id"), held("version", lambda i: f"1.{i % 9}.{i % 5}", "categorical|text", FINE),
        held("ip", lambda i: f"10.0.{i % 5}.{i % 7}", "categorical|text|id", FINE), held("ranges", lambda i: ("0-9", "10-19", "20-29")[i % 3], "categorical", FINE, values={"v": ("0-9", "10-19", "20-29")}),
        held("months as ranges", lambda i: ("1-2", "3-5", "6-12")[i % 3], "categorical", FINE), held("grades", lambda i: ("A+", "A-", "B+")[i % 3], "categorical", FINE),
        held("times of day", lambda i: f"{i % 24:02d}:{i % 60:02d}", "categorical|text|id|numeric|date", FINE),
        held("fractions", lambda i: ("1/2", "1/4", "3/4")[i % 3], "categorical|numeric", FINE), held("mixed case E", lambda i: ("1E5A", "2E7B", "3E9C")[i % 3], "categorical", FINE),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    quiet = [
        case(
            "plain", lambda i: f"{i * 1.25:.2f}", lambda i: i * 1.25, LOAD, types={"v": "numeric"}
        ),
        case("continuous never an id", lambda i: f"{(i * 7919 % 104729) / 104729 * 50:.9f}", lambda i: round((i * 7919 % 104729) / 104729 * 50, 9), LOAD),
        case("whole prices are no ids", lambda i: f"{1000 + (i * 37) % 997}", lambda i: 1000.0 + (i * 37) % 997, LOAD),
    ]  # fmt: skip
    return [*marks(), *dresses(), *doubts(), *codes(), *quiet]
