"""The document under test, restated: rows, use cases, sections and bottom line, read from ``data/document.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from core import registry
from core.schema import FAMILIES, Facts, Family

PATH = Path(__file__).resolve().parent.parent / "data" / "document.toml"


class DocumentError(Exception):
    """The document's file cannot be used: what is missing or wrong, and in which entry."""


@dataclass(frozen=True)
class Figure:
    """One number of the document, as it is written there, and what it counts."""

    value: str
    about: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the comparison table. ``key`` is the key of the claim that judges it; ``reading`` is our reading of
    what the row would have to show on data."""

    number: int
    key: str
    title: str
    deep: str
    classical: str
    favours: Family
    reading: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One restated sentence. ``claim`` or ``use_case`` name what tests it; with neither it is not testable here."""

    says: str
    falsified_by: str
    claim: str | None = None
    use_case: str | None = None
    figures: tuple[Figure, ...] = ()

    @property
    def testable(self) -> bool:
        """Whether a claim or a use case of this app can prove the sentence wrong."""
        return self.claim is not None or self.use_case is not None


@dataclass(frozen=True)
class Section:
    """A part of the document's prose: what it says in one line, and its sentences."""

    key: str
    title: str
    says: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class UseCase:
    """One use for which the document names a winner."""

    key: str
    letter: str
    title: str
    favours: Family
    says: str


@dataclass(frozen=True)
class DocumentSource:
    """Where all of this comes from. ``sha256`` is the digest of the text that was restated."""

    title: str
    about: str
    year: int
    sha256: str
    stance: str


@dataclass(frozen=True)
class Document:
    """The whole document; ``opening`` and ``bottom_line`` are sections of their own."""

    rows: tuple[Row, ...]
    use_cases: tuple[UseCase, ...]
    sections: tuple[Section, ...]
    opening: Section
    bottom_line: Section
    source: DocumentSource

    def row(self, key: str) -> Row:
        """The row of this key; KeyError names the keys there are."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(f"no row {key!r} among {', '.join(row.key for row in self.rows)}")

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in reading order."""
        parts = (self.opening, *self.sections, self.bottom_line)
        return tuple(sentence for part in parts for sentence in part.sentences)

    @property
    def not_testable(self) -> tuple[Sentence, ...]:
        """The sentences no measurement of this app can answer, each with what would falsify it."""
        return tuple(sentence for sentence in self.sentences if not sentence.testable)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the document, rows first."""
        spoken = tuple(figure for sentence in self.sentences for figure in sentence.figures)
        return tuple(figure for row in self.rows for figure in row.figures) + spoken


@cache
def load(path: Path = PATH) -> Document:
    """Reads the document's file.

    Raises:
        DocumentError: the file is missing, is not TOML, lacks an entry, repeats a key or names an unknown family.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(f"{path.name} cannot be read: {error}") from error
    try:
        document = Document(
            rows=tuple(_row(number, entry) for number, entry in enumerate(raw["rows"], start=1)),
            use_cases=tuple(UseCase(**entry) for entry in raw["use_cases"]),
            sections=tuple(_section(entry) for entry in raw["sections"]),
            opening=_section(raw["opening"]),
            bottom_line=_section(raw["bottom_line"]),
            source=DocumentSource(**raw["source"]),
        )
    except (KeyError, TypeError) as error:
        raise DocumentError(f"{path.name} lacks or misspells an entry: {error}") from error
    _check(document, path.name)
    return document


def with_plugins(document: Document) -> Document:
    """The document, with a row for every further claim about its table and a use for every further use case.

    Claims and use cases that the document names already are left as it states them.
    """
    known = {row.key for row in document.rows}
    claims = [one for one in registry.discover("claims").values() if one.section == "table" and one.key not in known]
    rows = tuple(
        Row(number, one.key, one.title, one.deep, one.classical, one.favours, one.reading or one.rule)
        for number, one in enumerate(sorted(claims, key=lambda one: (one.row, one.key)), start=len(document.rows) + 1)
    )
    named = {name for use in document.use_cases for name in (use.key, use.letter, use.title)}
    further = {one.use_case: one for one in registry.discover("scenarios").values() if one.use_case not in named}
    uses = tuple(
        UseCase(key, chr(ord("A") + place), one.title, one.favours, one.says)
        for place, (key, one) in enumerate(further.items(), start=len(document.use_cases))
    )
    return replace(document, rows=document.rows + rows, use_cases=document.use_cases + uses)


def _row(number: int, entry: Facts) -> Row:
    figures = tuple(Figure(**figure) for figure in entry["figures"])
    return Row(number=number, **{**entry, "figures": figures})


def _section(entry: Facts) -> Section:
    sentences = tuple(
        Sentence(**{**sentence, "figures": tuple(Figure(value) for value in sentence.get("figures", ()))})
        for sentence in entry.get("sentences", ())
    )
    return Section(key=entry["key"], title=entry["title"], says=entry["says"], sentences=sentences)


def _check(document: Document, name: str) -> None:
    listed = {
        "row": [row.key for row in document.rows],
        "use case": [use.key for use in document.use_cases],
        "section": [section.key for section in document.sections],
    }
    for kind, keys in listed.items():
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise DocumentError(f"{name} repeats the {kind} {sorted(repeated)}")
    favoured: dict[str, str] = {row.key: row.favours for row in document.rows}
    favoured |= {use.key: use.favours for use in document.use_cases}
    for key, family in favoured.items():
        if family not in FAMILIES:
            raise DocumentError(f"{name}: {key} favours {family!r}, which is no family")
