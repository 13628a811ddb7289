"""The document whose claims are judged: its rows, sections, use cases and source."""

from __future__ import annotations

from core import document
from core.document import Document, Row, Sentence, UseCase

__all__ = ["Document", "Row", "Sentence", "UseCase", "load_document", "row_keys"]


def load_document() -> Document:
    """The document with its rows, use cases, sections, bottom line and source; read once for each process.

    Raises:
        DocumentError: if ``data/document.toml`` is damaged.
    """
    return document.load()


def row_keys() -> tuple[str, ...]:
    """The keys of the document's rows, in its order."""
    return tuple(row.key for row in document.load().rows)
