"""Tells where the numbers of one column do not have one scale: several currencies, percent signs on some."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.read_warnings import Note
from core.schema import Column, ReadingDoubt
from core.wording import printable

if TYPE_CHECKING:
    from core.readers.tables.values.missing_values import DistinctStrings

UNIT = re.compile(r"\d\s*[^\W\d_]{1,8}$")
PLAIN = re.compile(r"[+-]?[\d.,' ]+")
SAME = {
    "US$": "$", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "RUB": "₽", "PLN": "zł", "Kč": "CZK", "BRL": "R$",
    "Fr": "CHF", "Fr.": "CHF", "kr.": "kr",
}  # fmt: skip
MONEY = re.compile(
    r"US\$|R\$|A\$|C\$|[$€£¥₹₽₩₺₴₪฿]|\b(?:USD|EUR|GBP|CHF|JPY|INR|CNY|RUB|SEK|NOK|DKK|PLN|BRL|AUD|CAD)\b"
    r"|(?<![^\W\d_])(?:Kč|zł|kr\.?|Fr\.?)(?![^\W\d_])"
)


# How a column of currencies and one of percent signs beside fractions name themselves in ``Column.written``.
CURRENCY, PERCENT = "currency", "%"


def currency_of(word: str) -> str:
    """The currency that an amount names.

    Args:
        word: such as "12 USD".

    Returns:
        "$", or "" where there is none.
    """
    hit = MONEY.search(word)
    return "" if hit is None else SAME.get(hit[0], hit[0])


@dataclass(frozen=True)
class ScaleMixture:
    """What to do about several scales. values: of the distinct strings (k,). note: in words.

    labels: which currency each distinct string has, as a column beside the numbers; None for other mixtures.
    divided: whether percent signs were divided by 100.
    """

    values: np.ndarray
    note: Note
    divided: bool = False
    labels: tuple[Column, tuple[np.ndarray, list[str]]] | None = None


def find_mixture(strings: DistinctStrings, values: np.ndarray, ok: np.ndarray) -> ScaleMixture | None:
    """The mixture of scales of a column of numbers, None where it has one.

    Args:
        strings: distinct strings of the column. values: as numbers (k,). ok: which of them are numbers (k,).
    """
    import pyarrow.compute as pc

    if pc.any(pc.match_substring(strings.words, "%")).as_py():
        return _percents(strings, values, ok)
    if pc.any(pc.match_substring_regex(strings.words, r"[^\d.,eE+\-\s]")).as_py():
        return _currencies(strings, values, ok) or _units(strings, values, ok)
    return None


def _percents(strings: DistinctStrings, values: np.ndarray, ok: np.ndarray) -> ScaleMixture | None:
    words = strings.words.to_pylist()
    signed = np.array(["%" in word for word in words], dtype=bool) & ok
    bare = ok & ~signed & (values != 0)
    if not signed.any() or not bare.any():
        return None
    first, other = words[int(np.argmax(signed))], words[int(np.argmax(bare))]
    count, without = int(strings.counts[signed].sum()), int(strings.counts[bare].sum())
    said = f"{count:,} with % such as “{printable(first, 24)}”, {without:,} without such as “{printable(other, 24)}”"
    shares = bool((np.abs(values[bare]) <= 1).all() and np.median(np.abs(values[signed])) > 1)
    number = values[signed][0]
    taken, kept = f"{number / 100:.10g}", f"{number:.10g}"
    if not shares:
        note = Note("scales", strings.name, f"{said}; all kept as written, {kept} and {values[bare][0]:.10g}")
        return ScaleMixture(values, note)
    doubt = ReadingDoubt("part of one", "number before the sign", printable(first, 40), taken, kept, None, "number")
    note = Note("scales", strings.name, f"{said}; “{printable(first, 24)}” read as {taken}", doubt=doubt)
    return ScaleMixture(np.where(signed, values / 100, values), note, True)


def _units(strings: DistinctStrings, values: np.ndarray, ok: np.ndarray) -> ScaleMixture | None:
    """A unit behind some numbers and none behind others."""
    words = strings.words.to_pylist()
    with_unit = np.array([bool(UNIT.search(word)) and not MONEY.search(word) for word in words], dtype=bool) & ok
    bare = np.array([word[-1].isdigit() and word.lstrip("+-")[:1].isdigit() for word in words], dtype=bool) & ok
    if not with_unit.any() or not bare.any():
        return None
    first, other = words[int(np.argmax(with_unit))], words[int(np.argmax(bare))]
    counts = int(strings.counts[with_unit].sum()), int(strings.counts[bare].sum())
    said = f"{counts[0]:,} with a unit such as “{first}”, {counts[1]:,} without such as “{other}”; taken as the same"
    return ScaleMixture(values, Note("scales", strings.name, said))


def _one_currency(
    strings: DistinctStrings, values: np.ndarray, ok: np.ndarray, name: str, kinds: list[str]
) -> ScaleMixture | None:
    """A sign of money at some amounts and none at others."""
    words = strings.words.to_pylist()
    signed = np.array([bool(kind) for kind in kinds], dtype=bool)
    bare = np.array([bool(PLAIN.fullmatch(word)) for word in words], dtype=bool) & ok & (values != 0)
    if not bare.any():
        return None
    first, other = (printable(words[int(np.argmax(mask))], 24) for mask in (signed, bare))
    counts = int(strings.counts[signed].sum()), int(strings.counts[bare].sum())
    said = f"{counts[0]:,} in {name} such as “{first}”, {counts[1]:,} without a sign such as “{other}”"
    said += "; taken as the same"
    return ScaleMixture(values, Note("scales", strings.name, said))


def _currencies(strings: DistinctStrings, values: np.ndarray, ok: np.ndarray) -> ScaleMixture | None:
    words = strings.words.to_pylist()
    kinds = [currency_of(word) if good else "" for word, good in zip(words, ok, strict=True)]
    names = sorted(set(kinds) - {""})
    if len(names) == 1:
        return _one_currency(strings, values, ok, names[0], kinds)
    if not names:
        return None
    counts: Counter[str] = Counter()
    for kind, count in zip(kinds, strings.counts, strict=True):
        counts[kind] += int(count)
    parts = [
        f"{count:,} in {kind} such as “{words[kinds.index(kind)]}”" for kind, count in counts.most_common() if kind
    ]
    title = f"{strings.name} (currency)"
    detail = f"{', '.join(parts[:4])}; amounts are not converted, the currency stands in “{title}”"
    places = np.array([names.index(kind) if kind else -1 for kind in kinds], dtype=np.int32)
    codes = np.append(places, np.int32(-1))[strings.codes]
    missing = int((codes < 0).sum())
    column = Column(
        title, "categorical", missing, len(names), "", tuple(names[:3]), written=CURRENCY, part_of=strings.name, part=1
    )
    return ScaleMixture(values, Note("scales", strings.name, detail), labels=(column, (codes, names)))
