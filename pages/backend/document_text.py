"""The document whose claims are judged: its rows, sections, use cases and source."""

from __future__ import annotations

from core import document
from core.document import Document, Row, Sentence, UseCase
from core.wording import number_word

__all__ = ["Document", "Row", "Sentence", "UseCase", "load_document", "number_word", "row_keys"]


def load_document() -> Document:
    """The document with its rows, use cases, sections, bottom line and source, and what installed claims and use cases
    add to it; its file is read once for each process.

    Raises:
        DocumentError: if ``data/document.toml`` is damaged.
    """
    return document.with_plugins(document.load())


def row_keys() -> tuple[str, ...]:
    """The keys of its rows, in its order."""
    return tuple(row.key for row in load_document().rows)
