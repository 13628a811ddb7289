"""Texts: a zip or folder with one folder of .txt files per class, or a table with texts and labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core import limits
from core.explain import item_thumbnails, maskers
from core.features import text_features
from core.models import input_views
from core.perturbation import corruptions, live_questions
from core.readers import class_folders, file_signatures
from core.schema import Column, Dataset, LoadError, Modality, Sample
from core.storage.bundled_files import labelled_dataset, sample_path, uploaded_dataset
from core.wording import count_of, printable, quote_names

SUFFIXES = (".txt", ".md", ".text", ".eml", "")
TEXT_NAMES = ("text", "texts", "message", "body", "content", "comment", "review", "sentence", "document", "tweet")
LABEL_NAMES = ("label", "class", "category", "target", "sentiment", "product", "topic", "y", "rating", "spam")


def read(path: Path, name: str, apart: bool = False) -> Dataset:
    """Reads texts with their classes; apart: class folders whose names look alike stay as they are written.

    Returns:
        A Dataset with inputs object array of str (n,), and class codes as target.

    Raises:
        LoadError: nothing usable inside, or a limit passed.
    """
    if path.is_dir() or file_signatures.file_type(path) == "zip":
        return _from_folders(path, name, apart)
    from core.readers.tables.read_table import read_table

    return from_table(read_table(path, name), name)


def _from_folders(path: Path, name: str, apart: bool) -> Dataset:
    from core.readers.tables.formats.text_encoding import decode

    folders = class_folders.find_classes(path, "text", SUFFIXES, apart)
    items, found, digests, cut, converted = [], [], [], 0, 0
    for item in folders.items:
        data = folders.read(item)
        try:
            if b"\x00" in data[:4_096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
                raise ValueError("not a text")
            # Four bytes a character at most: more than this is cut off anyhow.
            decoded = decode(data[: 4 * limits.TEXT_CHARACTERS + 4])
        except (ValueError, LoadError):
            folders.left_out[item.name] = "not a text"
            continue
        text, shortened = text_features.clean(decoded.text)
        if not text_features.has_content(text):
            folders.left_out[item.name] = "without a word" if text else "empty"
            continue
        cut += shortened or len(data) > 4 * limits.TEXT_CHARACTERS + 4
        converted += bool(decoded.warnings)
        items.append(item)
        found.append(text)
        digests.append(hashlib.sha1(text.encode(), usedforsecurity=False).digest())
    classes = class_folders.assign_classes(folders, items, digests, "text")
    warnings = [*classes.warnings]
    if cut:
        warnings.append(f"{count_of(cut, 'text')} cut to the first {limits.TEXT_CHARACTERS:,} characters, the limit.")
    if converted:
        warnings.append(f"{count_of(converted, 'text')} not in UTF-8; the likeliest encoding was taken.")
    inputs = np.array([found[row] for row in classes.rows], dtype=object)
    return uploaded_dataset("text", name, inputs, classes, warnings, {**classes.facts, "cut": cut})


def from_table(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Texts and their classes out of a table. target: the column of classes, or None to find it.

    Raises:
        LoadError: no texts, no column of classes, or ``target`` cannot be one.
    """
    from core.readers.tables.target_inference import find_column

    wanted = find_column(table.columns, target) if target else None
    text = _text_column(table, wanted)
    label = _label_column(table, text, wanted)
    column, answers = table.inputs[text].to_numpy(dtype=object), table.inputs[label].to_numpy(dtype=object)
    known = np.array([not _blank(value) for value in answers])
    rows, found, empty, wordless, cut = [], [], 0, 0, 0
    for row, value in enumerate(column):
        cleaned, shortened = text_features.clean("" if _blank(value) else str(value))
        if not cleaned:
            empty += 1
        elif not text_features.has_content(cleaned):
            wordless += 1
        elif known[row]:
            rows.append(row)
            found.append(cleaned)
            cut += shortened
    warnings = list(table.warnings)
    for count, why in ((empty, "empty"), (wordless, "without a word"), (int((~known).sum()), "without a label")):
        if count:
            warnings.append(f"{count_of(count, 'text')} left out: {why}.")
    if cut:
        warnings.append(f"{count_of(cut, 'text')} cut to the first {limits.TEXT_CHARACTERS:,} characters, the limit.")
    words = [_word(answers[row]) for row in rows]
    labels = tuple(sorted(set(words)))
    _check(labels, words, label)
    code = {word: number for number, word in enumerate(labels)}
    codes = np.array([code[word] for word in words])
    made = labelled_dataset("text", name, np.array(found, dtype=object), codes, labels, name, column=label)
    others = [column.name for column in table.columns if column.name not in (text, label)]
    if others:
        used = f"Texts are read from {quote_names([text])} and classes from {quote_names([label])}"
        warnings.append(f"{used}; not used: {quote_names(others)}.")
    facts = {**made.facts, "items_bad": len(column) - len(rows), "target": label, "text_column": text, "cut": cut}
    facts["columns"] = [column.name for column in table.columns]
    return replace(made, warnings=tuple(warnings), facts=facts)


def _blank(value: object) -> bool:
    return value is None or value != value or not str(value).strip()


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def _text_column(table: Dataset, label: Column | None = None) -> str:
    """The column with the longest texts; a telling name decides between near equals."""

    def length(column: Column) -> float:
        if column is label and column.type != "text":
            return 0.0
        if column.type not in ("text", "categorical", "id"):
            return 0.0
        values = [value for value in table.inputs[column.name].to_numpy(dtype=object)[:500] if not _blank(value)]
        mean = float(np.mean([len(str(value)) for value in values])) if values else 0.0
        return mean * (3 if column.name.strip().lower() in TEXT_NAMES else 1)

    best = max(table.columns, key=length, default=None)
    if best is None or length(best) < 8:
        raise LoadError(
            "No column holds texts.",
            f"columns {quote_names(column.name for column in table.columns)}",
            "Upload a table with a column of texts and one of labels, or read it as a table.",
        )
    return best.name


def _label_column(table: Dataset, text: str, wanted: Column | None = None) -> str:
    if wanted is not None:
        if wanted.name == text or not 2 <= wanted.distinct <= limits.CLASSES or wanted.type in ("date", "empty"):
            why = "it holds the texts themselves" if wanted.name == text else f"{wanted.distinct:,} different values"
            raise LoadError(
                f"This column cannot hold the classes of the texts: {why}.",
                f"column {quote_names([wanted.name])}",
                f"Pick a column with 2 to {limits.CLASSES} classes.",
            )
        return wanted.name
    usable = [
        column
        for column in table.columns
        if column.name != text
        and 2 <= column.distinct <= limits.CLASSES
        and column.type not in ("date", "empty", "constant")
    ]
    if not usable:
        raise LoadError(
            f"Beside the texts in “{printable(text)}” no column has 2 to {limits.CLASSES} classes.",
            f"columns {quote_names(column.name for column in table.columns)}",
            "Add a column with the class of each text.",
        )
    named = {column.name.strip().lower(): column for column in usable}
    chosen = next((named[name] for name in LABEL_NAMES if name in named), None)
    return (chosen or min(usable, key=lambda column: (column.type == "numeric", column.distinct))).name


def _check(labels: tuple[str, ...], words: list[str], label: str) -> None:
    if len(labels) < 2:
        raise LoadError(
            f"The texts that are left have {count_of(len(labels), 'class', 'classes')}; two are needed.",
            f"column {quote_names([label])}",
            "Add texts of at least one more class.",
        )
    if len(words) == len(labels):
        raise LoadError(
            "Every class has a single text, so nothing can be learnt and tested.",
            f"column {quote_names([label])}",
            "Add texts.",
        )


def _stored(file: str, name: str, source: str, label: str, rows: Callable[[Any], Any] | None = None):
    def load() -> Dataset:
        import pandas as pd

        frame = pd.read_parquet(sample_path(file))
        frame = (rows(frame) if rows else frame).reset_index(drop=True)
        joined = frame["text"] if "text" in frame else frame["subject"].fillna("") + "\n" + frame["body"].fillna("")
        cleaned = [text_features.clean(str(text))[0] for text in joined]
        labels = tuple(sorted(set(frame[label])))
        codes = np.array([labels.index(word) for word in frame[label]])
        inputs = np.array(cleaned, dtype=object)
        made = labelled_dataset("text", name, inputs, codes, labels, source, column=label, facts={"target": label})
        return made.take(np.flatnonzero([text_features.has_content(text) for text in cleaned]))

    return load


SAMPLES = (
    Sample(
        "complaints", "Complaints about banks", "6,006 complaints and the product each is about.",
        _stored("complaints.parquet", "Complaints about banks", "US CFPB complaint database", "product"),
        "product", 2_000, "US Government work",
    ),
    Sample(
        "spam", "Spam e-mails", "2,400 e-mails, a third of them spam; addresses masked.",
        _stored("spam.parquet", "Spam e-mails", "SpamAssassin public corpus", "label"),
        "label", 2_000, "PDDL-1.0 / CC0-1.0",
    ),
    Sample(
        "sentiment", "Opinions on films", "10,072 sentences from film reviews, liked or not.",
        _stored(
            "sentiment.parquet", "Opinions on films", "Hutto & Gilbert 2014, snippets rated by people", "label",
            lambda frame: frame[(frame["domain"] == "movie") & (frame["label"] != "neutral")],
        ),
        "label", 2_000, "MIT",
    ),
)  # fmt: skip

MODALITY = Modality(
    key="text",
    title="Texts",
    suffixes=(".zip", ".csv", ".tsv", ".parquet", ".xlsx"),
    display="texts",
    about="A zip or folder with one folder of .txt files per class, or a table with a column of texts and one "
    "of labels. Any language.",
    read=read,
    read_apart=partial(read, apart=True),
    from_table=from_table,
    samples=SAMPLES,
    players="words",
    ask=live_questions.text_question,
    structured=False,
    live_form="text",
    member_suffixes=(".txt", ".md", ".eml"),
    unit_noun="text",
    quick_rows=3_000,
    parts="words",
    deletes_parts=True,
    masker=lambda inputs, background: (maskers.word_masker(inputs),),
    preview="text",
    thumbnail=item_thumbnails.text_thumbnail,
    corrupt=corruptions.TEXT,
    views=input_views.text_views,
    augmentation="words blotted out",
    use_case="language",
)
