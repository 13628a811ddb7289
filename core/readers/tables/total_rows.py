"""Finds what stands below the data or between it: total rows in many languages, sums without a label, remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.readers.tables.header_detection import LONGEST, filled_cells, is_number, is_value

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


def is_total(row: Sequence[str]) -> bool:
    """Whether a row is labelled as the sum or mean of others, and holds a number besides."""
    label = next((cell.strip() for cell in row if cell and not cell.isspace() and not is_value(cell)), "")
    if not names_total(label):
        return False
    words = [cell for cell in row if cell.strip() and not is_value(cell)]
    return len(words) <= max(2, len(row) // 2) and len(words) < filled_cells(row)


def is_sum(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a last row holds, in each cell that is a number, the sum of the column above it; a word may label it."""
    places = [place for place, cell in enumerate(row) if cell.strip() and is_number(cell)]
    words = [place for place, cell in enumerate(row) if cell.strip() and not is_number(cell)]
    new = all(row[place] not in {other[place] for other in above} for place in words)
    if not places or len(words) > 1 or not new or len(places) > len(row) / 2 + len(words) or len(above) < 3:
        return False
    for place in places:
        total = sum(_amount(other[place]) for other in above if other[place].strip())
        if not abs(total - _amount(row[place])) <= 1e-6 * max(1.0, abs(total)) + 0.01 or total == 0:
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
