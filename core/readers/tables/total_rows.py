"""Finds what stands below the data or between it: total rows in many languages, sums without a label, remarks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.readers.tables.header_detection import LONGEST, filled_cells, is_number, is_value
from core.wording import count_of, quote_names

TOTAL_WORDS = (
    "total", "totals", "sum", "sums", "overall", "average", "mean", "avg", "summe", "gesamt", "gesamtsumme",
    "insgesamt", "zwischensumme", "mittelwert", "durchschnitt", "somme", "totaux", "moyenne", "suma", "promedio",
    "totaal", "gemiddelde", "totale", "totali", "totalt", "snitt", "i alt", "yhteensä", "keskiarvo", "razem", "ogółem",
    "średnia", "celkem", "spolu", "průměr", "összesen", "átlag", "toplam", "ortalama", "ukupno", "skupaj", "kokku",
    "kopā", "iš viso", "итого", "всего", "сумма", "среднее", "усього", "разом", "общо", "укупно", "σύνολο", "συνολο",
    "סה״כ", 'סה"כ', "المجموع", "合计", "合計", "总计", "總計", "小计", "小計", "平均", "합계", "총계", "평균", "tổng",
    "tổng cộng", "jumlah", "รวม", "कुल", "σ", "∑",
)  # fmt: skip
TOTAL = re.compile(
    r"^\W*(grand|sub|overall|net|gross|running)?[\s-]*("
    + "|".join(sorted(map(re.escape, TOTAL_WORDS), key=len, reverse=True))
    + r")(\s+(g[eé]n[eé]ral[e]?|geral|generale|amount|sum|all|overall|row|values?))?\W*(\(.*\))?$",
    re.IGNORECASE,
)
TOTAL_STARTS = {word[0] for word in TOTAL_WORDS} | set("gsonr*-=_ \"'([")
REMARK = re.compile(
    r"^[\s(*]*(sources?|quellen?|fonte|fuente|notes?|n\.?b|remarks?|hinweise?|anmerkung(en)?|generated|created|exported|"
    r"printed|copyright|©|last updated|updated|stand|disclaimer|all rights|\d+ rows?)\b",
    re.IGNORECASE,
)


def names_total(label: str) -> bool:
    """Whether a word says total, sum or mean in one of many languages."""
    return 0 < len(label) <= LONGEST and label[0].lower() in TOTAL_STARTS and bool(TOTAL.match(label))


def _plain(word: str) -> bool:
    """Whether a cell is digits with at most one mark among them: most numbers are told so without an expression."""
    if len(word) > LONGEST:
        return False
    bare = word.removeprefix("-")
    return bare.isdecimal() or bare.replace(".", "", 1).isdecimal() or bare.replace(",", "", 1).isdecimal()


def is_total(row: Sequence[str]) -> bool:
    """Whether a row is labelled as the sum or mean of others, and holds a number besides."""
    cells = (cell.strip() for cell in row)
    label = next((cell for cell in cells if cell and (cell[0].isalpha() or not (_plain(cell) or is_value(cell)))), "")
    if not names_total(label):
        return False
    words = [cell for cell in row if cell.strip() and not is_value(cell)]
    return len(words) <= max(2, len(row) // 2) and len(words) < filled_cells(row)


# Of rows under one label so many must add up others; more than so many are not all checked.
ADDING, CHECKED = 0.6, 200
FILLED = 0.95
SHOWN = 200


@dataclass(frozen=True)
class LabelledRow:
    """A row that is labelled as a total, and how many rows of data stand before it."""

    before: int
    cells: Sequence[str]

    @property
    def label_place(self) -> int:
        """Which cell holds the label."""
        return next(place for place, cell in enumerate(self.cells) if cell.strip() and not is_value(cell))

    @property
    def label(self) -> str:
        """The word that says total, without regard to case."""
        return self.cells[self.label_place].strip().casefold()


class TotalFinder:
    """Tells which labelled rows are totals: by what their numbers are, what they leave blank, and where they stand."""

    def __init__(self, labelled: Sequence[LabelledRow], rows: int, column: Callable[[int], Sequence[str]]) -> None:
        """``rows``: how many rows of data there are. ``column``: gives the cells of those rows in one column."""
        self.labelled, self.rows, self.column = labelled, rows, column
        self._cells: dict[int, Sequence[str]] = {}
        self._sums: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def find(self) -> list[bool]:
        """For each labelled row whether it is a total. One label is either that or a value that rows may have."""
        by_label: dict[str, list[int]] = {}
        for place, one in enumerate(self.labelled):
            by_label.setdefault(one.label, []).append(place)
        real: set[str] = set()
        for label, places in by_label.items():
            seen = places[:CHECKED]
            if sum(self._is_real(place, len(places) == 1) for place in seen) >= ADDING * len(seen):
                real.add(label)
        return [one.label in real for one in self.labelled]

    def _is_real(self, place: int, alone: bool) -> bool:
        one = self.labelled[place]
        words = [p for p, cell in enumerate(one.cells) if cell.strip() and not is_value(cell) and p != one.label_place]
        last = alone and one.before == self.rows and not any(one.cells[p] in self._column(p) for p in words)
        return last or self._leaves_blank(one) or self._adds_up(place)

    def _leaves_blank(self, one: LabelledRow) -> bool:
        """Whether every other column of words or dates, filled in nearly all rows of data, is blank in this one."""
        blank = [p for p, cell in enumerate(one.cells) if not cell.strip()]
        filled = [
            p for p, cell in enumerate(one.cells) if cell.strip() and not is_number(cell) and p != one.label_place
        ]
        return not filled and any(self._holds_words(place) for place in blank)

    def _holds_words(self, place: int) -> bool:
        cells = self._column(place)[:SHOWN]
        words = sum(bool(cell.strip()) and not is_number(cell) for cell in cells)
        return bool(cells) and words >= FILLED * len(cells)

    def _adds_up(self, place: int) -> bool:
        """Whether the numbers are sums or means of the rows above, below, in all, or up to the next labelled row."""
        one = self.labelled[place]
        before = self.labelled[place - 1].before if place else 0
        after = self.labelled[place + 1].before if place + 1 < len(self.labelled) else self.rows
        spans = {(0, one.before), (before, one.before), (0, self.rows), (one.before, after), (one.before, self.rows)}
        numbers = [p for p, cell in enumerate(one.cells) if is_number(cell)]
        return any(high - low >= 2 and self._matches(one, numbers, low, high) for low, high in spans)

    def _matches(self, one: LabelledRow, numbers: Sequence[int], low: int, high: int) -> bool:
        sums = means = 0
        for place in numbers:
            amount, text = _amount(one.cells[place]), one.cells[place].strip()
            total, count = (array[high] - array[low] for array in self._running(place))
            unit = 10.0 ** -len(re.sub(r"[^\d]", "", text.rpartition(".")[2])) if "." in text else 1.0
            if abs(total - amount) <= max(1e-6 * abs(total), 0.5 * unit + 1e-9) and count > 1 and total != 0:
                sums += 1
            elif count > 1 and abs(total / count - amount) <= 0.5 * unit + 1e-9:
                # A mean that is a usual value of its column proves nothing by itself.
                means += 1 if text not in self._column(place) else 0
        return sums + means == len(numbers) > 0 or (sums + means >= 2 and 2 * (sums + means) >= len(numbers))

    def _column(self, place: int) -> Sequence[str]:
        if place not in self._cells:
            self._cells[place] = self.column(place)
        return self._cells[place]

    def _running(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        """Sum of the numbers and how many there are, over the first 0, 1, 2, ... rows."""
        if place not in self._sums:
            values = np.array([_amount(cell) if cell.strip() else np.nan for cell in self._column(place)])
            known = np.isfinite(values)
            sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
            self._sums[place] = sums, np.concatenate([[0], np.cumsum(known)])
        return self._sums[place]


def describe_totals(labelled: Sequence[LabelledRow], real: Sequence[bool], names: Sequence[str]) -> list[str]:
    """Sentences on the rows that were left out, and on a single row that was kept though its label says total.

    Args:
        labelled: rows that say total. real: which of them are. names: of the columns, as far as they have some.
    """
    out = [one for one, yes in zip(labelled, real, strict=True) if yes]
    kept = [one for one, yes in zip(labelled, real, strict=True) if not yes]
    said = []
    if out:
        place = out[0].label_place
        name = names[place].strip() if place < len(names) else ""
        where = f" in {quote_names([name])}" if name else ""
        labels = dict.fromkeys(one.cells[one.label_place].strip() for one in out)
        said.append(f"{count_of(len(out), 'total row')} left out ({quote_names(labels)}{where}).")
    alone = [one for one in kept if sum(other.label == one.label for other in kept) == 1]
    said += [
        f"1 row labelled {quote_names([one.cells[one.label_place].strip()])} was kept: "
        "its numbers are neither the sum nor the mean of other rows."
        for one in alone[:3]
    ]
    return said


def is_sum(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a last row holds, in each cell that is a number, the sum of the column above it; a word may label it."""
    places = [place for place, cell in enumerate(row) if cell.strip() and is_number(cell)]
    words = [place for place, cell in enumerate(row) if cell.strip() and not is_number(cell)]
    new = all(row[place] not in {other[place] for other in above} for place in words)
    if not places or len(words) > 1 or not new or len(places) > len(row) / 2 + len(words) or len(above) < 3:
        return False
    for place in places:
        total = sum(_amount(other[place]) for other in above if other[place].strip())
        # A sum that is infinite is near to every number.
        if not math.isfinite(total) or total == 0:
            return False
        if not abs(total - _amount(row[place])) <= 1e-6 * max(1.0, abs(total)) + 0.01:
            return False
    return True


def _amount(cell: str) -> float:
    """A number by its digits; NaN if it is none. A comma before one or two last digits is a decimal mark."""
    bare = re.sub(r"[\s\u00a0\u202f'’$€£¥%]", "", cell)
    if re.search(r",\d{1,2}$", bare) or bare.count(".") > 1:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return float(bare.replace(",", ""))
    except ValueError:
        return float("nan")


def total_rows(rows: Sequence[Sequence[str]]) -> list[int]:
    """Places of rows that add up or average the others."""
    return [place for place, row in enumerate(rows) if is_total(row)]


def footer_rows(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Places of remarks below the table: rows at the very end with one or two filled cells in a wider table."""
    found = []
    for place in range(len(rows) - 1, -1, -1):
        cells = [cell.strip() for cell in rows[place] if cell.strip()]
        short = (len(cells) == 1 and width >= 3) or (len(rows[place]) == 1 and width >= 2)
        remark = bool(cells) and bool(REMARK.match(cells[0]))
        if remark and len(cells) <= max(2, width // 2) and not is_value(rows[place][-1]):
            found.append(place)
            continue
        if (
            not short
            or not cells
            or is_value(cells[0])
            or not (len(rows[place]) < width or " " in cells[0] or width > 3)
        ):
            break
        found.append(place)
    return sorted(found)
