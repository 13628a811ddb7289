"""Collects what was changed in a table, column by column, and words it as few sentences with counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.schema import ReadingDoubt
from core.wording import count_of, printable, quote_names

SAYS = {
    "style": "Numbers were understood as follows",
    "sentinel": "A stand-in for missing was read as missing",
    "spelling": "An unusual spelling was read as missing",
    "word": "Text among numbers or dates was set to missing",
    "infinite": "Infinite or too large numbers were counted out (set to missing)",
    "precise": "Whole numbers above 2^53 were too long to be exact",
    "exponent": "Digits around an E were kept as text, since they are codes as often as numbers",
    "codes": "Numbers that stand beside codes of the same column were kept as text",
    "typed": "Strings that numbers would not give back letter by letter were kept as text",
    "zero": "Digits with leading zeros or too long to be numbers were kept as text",
    "order": "Day and month could be swapped",
    "century": "Years of two digits were taken as 1969 to 2068",
    "past": "Years of two digits were taken as 1941 to 2040, so that none lies far in the future",
    "midnight": "24:00 was read as 00:00 of the next day",
    "parts": "Three short numbers could be dates and were kept as they are",
    "mark": "The decimal mark is not certain",
    "wrapped": "Values behind an equals sign or apostrophe, as spreadsheets write them, were read without it",
    "formula": "Formulas without a value were set to missing (read the column as a category to keep them)",
    "beyond": "Dates outside the years 1678 to 2261 were set to missing",
    "measured": "Measurements written as text were read as numbers (read the column as a category to undo it)",
    "length": "Lengths of time were read as numbers",
    "scales": "One column holds several scales",
    "unread": "Columns of texts with digits were not understood as numbers and left out of the inputs",
    "units": "Numbers with several units that cannot be turned into each other were kept as categories",
    "compact": "Six or eight digits could be dates and were kept as they are",
    "clock": "Times of day were read as hours after midnight",
    "zone": "Times with a zone were turned to UTC",
    "cut": "Long texts were cut",
    "merged": "Similar category spellings were merged (read the column as a category to keep them apart)",
    "accents": "Spellings that look alike but are stored in different characters were made one (read the column as a "
    "category to keep them apart)",
    "case": "Spellings that differ in letter case only were kept apart, since each is frequent",
    "missing": "Words were read as missing values (read the column as a category to keep them)",
    "absent": "Words that mean missing among the numbers of the file too were read as missing",
    "kept": "A word that often means missing was kept as a value of its own",
    "digits": "Whole numbers of many digits could be codes; they were taken as numbers (leave out what names rows)",
    "id": "ID-like columns were left out of the inputs (their type can be set)",
    "many": "Columns of too many categories were left out of the inputs (their type can be set)",
    "levels": "Columns of very many categories are used; models join the rare ones",
    "decimal": "Decimal numbers were turned into floating point",
    "overruled": "Columns were read as you said",
}
SHOWN = 6
# Told in the reading of the column only.
QUIET = frozenset({"absent"})


@dataclass(frozen=True)
class Note:
    """One thing that was done to one column. ``count`` values are concerned; ``detail`` is in words.

    doubt: the two readings, where the values did not decide between them.
    """

    key: str
    column: str
    detail: str = ""
    count: int = 0
    doubt: ReadingDoubt | None = None


def to_sentences(notes: Iterable[Note]) -> tuple[str, ...]:
    """One sentence for each kind of change, naming the first columns and the counts."""
    by_key: dict[str, list[Note]] = {}
    for note in notes:
        if note.key in QUIET:
            continue
        by_key.setdefault(note.key, []).append(note)
    said = []
    for key, several in by_key.items():
        parts = []
        for note in several[:SHOWN]:
            count = count_of(note.count, "value") if note.count else ""
            inside = ", ".join(part for part in (count, note.detail) if part)
            parts.append(f"{quote_names([note.column])}" + (f" ({inside})" if inside else ""))
        more = f" and {len(several) - SHOWN:,} more columns" if len(several) > SHOWN else ""
        said.append(f"{SAYS[key]}: {', '.join(parts)}{more}.")
    return tuple(said)


def quote_examples(words: Iterable[object], max_examples: int = 3) -> str:
    """Example values for a note."""
    return quote_names([printable(word, 24) for word in words], max_examples)
