"""A new file through a bundle: read in pieces, compared with training, predicted, written, and scored."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from core.bundles import column_match, new_items, row_reasons, row_source, typed_rows
from core.bundles.input_schema import ColumnSchema, InputSchema, item_summaries
from core.bundles.loaded_bundle import NO_FILE, PREDICTED, LoadedBundle
from core.bundles.schema_check import Difference, SchemaCheck, header_differences
from core.bundles.standalone_runner import inert, with_confidence
from core.evaluation import metrics
from core.forecasting import series_file
from core.panels.panel_layout import PanelLayout
from core.schema import Inputs, JsonObject, LoadError, Progress, ProgressCallback, check_cancelled
from core.wording import count_of, printable, quote_names

MOST_SCORED = 200_000
PREVIEW = 100
REASONS_TOLD = 10
USE_IN_PYTHON = "Open it in Python: core.api.open_bundle(path).model."


@dataclass(frozen=True)
class PredictionOrder:
    """What is asked for. out: the CSV to write. renames: name in the file -> name of training. fill_missing: columns
    that are not there count as missing values instead of stopping. reasons: rows that are explained (0: none)."""

    path: Path
    out: Path
    name: str = ""
    renames: Mapping[str, str] = field(default_factory=dict)
    fill_missing: bool = False
    reasons: int = 0


@dataclass(frozen=True)
class FilePrediction:
    """What became of a file. drift: as ``SchemaCheck.drift``. scores: where the file held the answers, from ``scored``
    rows. preview: the first rows as they were written."""

    rows: int
    differences: tuple[Difference, ...]
    drift: JsonObject
    scores: JsonObject | None = None
    scored: int = 0
    preview: tuple[JsonObject, ...] = ()

    def to_json(self) -> JsonObject:
        """Plain values.

        Returns:
            By the names of the fields.
        """
        return {
            "rows": self.rows, "differences": [one.to_json() for one in self.differences], "drift": self.drift,
            "scores": self.scores, "scored": self.scored, "preview": list(self.preview),
        }  # fmt: skip


@dataclass(frozen=True)
class _Piece:
    """Some rows: what the model takes, the cells as they stood in the file, the answers in it, and the share read.

    comma: whether the file suggests decimal commas.
    """

    inputs: Inputs
    cells: Sequence[JsonObject]
    answers: Sequence[str] | None
    share: float
    comma: bool = False


def predict_file(bundle: LoadedBundle, asked: PredictionOrder, on_progress: ProgressCallback) -> FilePrediction:
    """Predicts a file row by row; memory does not grow with its rows.

    Args:
        bundle: the model. asked: the file and what is wanted. on_progress: called with each piece.

    Returns:
        What differs from training, and how many rows were written.

    Raises:
        LoadError: the file cannot be read, lacks columns, or the model has no file to predict.
        Cancelled: from ``on_progress``; the file written so far is removed.
    """
    schema = bundle.input_schema
    if schema.kind == "forecast":
        return _series(bundle, asked, on_progress)
    if schema.kind not in PREDICTED:
        why = NO_FILE.get(schema.kind, f"A model of {schema.kind} has no file to predict.")
        raise LoadError(why, printable(bundle.name), USE_IN_PYTHON)
    check, said = SchemaCheck(schema), list[Difference]()
    if asked.reasons:
        row_reasons.check_reasons(schema)
    pieces = _table(asked, schema, check, said) if schema.columns else _items(asked, schema, check, said)
    answers = _Answers(schema)
    rows, preview = 0, list[JsonObject]()
    part = asked.out.with_name(f".{asked.out.name}.part")
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                written = _written(bundle, piece, asked, rows, answers, on_progress)
                _write(file, written, rows == 0)
                preview += written[: max(0, PREVIEW - len(preview))]
                rows += len(written)
                on_progress(Progress("predict", int(1_000 * piece.share), 1_000, message=f"{rows:,} rows"))
                check_cancelled(on_progress)
        if not rows:
            raise LoadError("The file holds no rows that could be predicted.", printable(asked.name), _why(said))
        part.replace(asked.out)
    finally:
        part.unlink(missing_ok=True)
    scores, scored = answers.scores()
    noted = [Difference("info", "reasons", "", row_reasons.reasons_note(schema))] if asked.reasons else []
    differences = (*said, *answers.differences(), *check.differences(), *noted)
    return FilePrediction(rows, differences, check.drift(), scores, scored, tuple(preview))


def _series(bundle: LoadedBundle, asked: PredictionOrder, on_progress: ProgressCallback) -> FilePrediction:
    if asked.reasons:
        row_reasons.check_reasons(bundle.input_schema)
    fitted = PanelLayout.from_facts(bundle.input_schema.facts)
    told = series_file.predict_series(bundle.predict, fitted, asked.path, asked.name or asked.path.name)
    part = asked.out.with_name(f".{asked.out.name}.part")
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:
            _write(file, told.rows, True)
        on_progress(Progress("predict", 1_000, 1_000, message=f"{len(told.rows):,} rows"))
        check_cancelled(on_progress)
        part.replace(asked.out)
    finally:
        part.unlink(missing_ok=True)
    said = tuple(Difference(one.level, one.kind, one.column, one.what, one.count) for one in told.notes)
    return FilePrediction(len(told.rows), said, {}, preview=tuple(told.rows[:PREVIEW]))


def _why(said: Sequence[Difference]) -> str:
    return said[0].what if said else "Give a file with rows."


def _table(asked: PredictionOrder, schema: InputSchema, check: SchemaCheck, said: list[Difference]) -> Iterator[_Piece]:
    import pandas as pd

    name = asked.name or asked.path.name
    wanted = [column.name for column in schema.columns]
    known = [*asked.renames, *(one for one in wanted if one not in asked.renames.values())]
    source = row_source.open_rows(asked.path, name, known=known)
    match = column_match.match_schema(schema.columns, source.names, asked.renames)
    said += header_differences(match, schema.known, schema.target)
    if match.missing and (not asked.fill_missing or len(match.missing) == len(wanted)):
        near = [f"{given}={name}" for name, given in match.missing.items() if given]
        hint = f"Rename them ({', '.join(near[:3])}) or " if near else "Add them, or "
        raise LoadError(
            f"Columns that the model needs are missing: {quote_names(match.missing, 12)}.",
            printable(name),
            hint + "have them count as missing values.",
        )
    places = {given: place for place, given in enumerate(source.names)}
    answers = places.get(schema.target or "")
    for block in source.blocks:
        columns: dict[str, object] = {}
        for column in schema.columns:
            given = match.found.get(column.name)
            cells = [""] * len(block) if given is None else [row[places[given]] for row in block]
            how = column_match.read_as(column, given, match)
            columns[column.name] = typed_rows.read_cells(how, cells, source.decimal_comma, check.unread(column.name))
        frame = pd.DataFrame(columns)
        check.add(frame, [column for column in schema.columns if column.name in match.found])
        share = min(1.0, source.taken / max(source.size, 1))
        truth = None if answers is None else [row[answers] for row in block]
        given_cells = [dict(zip(source.names, row, strict=True)) for row in block]
        yield _Piece(frame, given_cells, truth, share, source.decimal_comma)
    said += [Difference("info", "reading", "", words) for words in source.notes]
    if source.uneven:
        words = (
            f"Another number of cells than the header in {count_of(source.uneven, 'row')}, cut or filled with blanks."
        )
        said.append(Difference("warning", "uneven rows", "", words, source.uneven))


def _items(asked: PredictionOrder, schema: InputSchema, check: SchemaCheck, said: list[Difference]) -> Iterator[_Piece]:
    source = new_items.open_items(asked.path, asked.name or asked.path.name, schema)
    done = 0
    for block in source.blocks:
        check.add(item_summaries(block, schema.modality), schema.summaries)
        done += len(block)
        share = min(1.0, done / source.total) if source.total else 0.5
        yield _Piece(block, [{"item": name} for name in source.names], None, share)
    said += [Difference("info", "reading", "", words) for words in source.sentences()]


def _written(
    bundle: LoadedBundle,
    piece: _Piece,
    asked: PredictionOrder,
    before: int,
    answers: _Answers,
    on_progress: ProgressCallback,
) -> list[JsonObject]:
    found = bundle.predict(piece.inputs)
    told = with_confidence(bundle.schema, bundle.sure, found)
    if piece.answers is not None:
        answers.add(piece.answers, bundle.calibrated(found), piece.comma)
    explained = min(len(found), max(0, asked.reasons - before))
    reasons = _reasons(bundle, piece, found[:explained], on_progress) if explained else []
    reasons += [""] * (len(found) - explained)
    more = [{"reasons": reason} if asked.reasons else {} for reason in reasons]
    return [
        {"row": before + place + 1, **cells, **{_free(name, cells): value for name, value in row.items()}, **reason}
        for place, (cells, row, reason) in enumerate(zip(piece.cells, told, more, strict=True))
    ]


def _reasons(bundle: LoadedBundle, piece: _Piece, found: np.ndarray, on_progress: ProgressCallback) -> list[str]:
    """Why the first rows of a piece are predicted so."""
    schema, count = bundle.input_schema, len(found)
    if hasattr(piece.inputs, "iloc"):
        rows = piece.inputs.iloc[:count].reset_index(drop=True)
        return row_reasons.row_reasons(bundle.model, schema, rows, found)
    said = []
    for place in range(count):
        said.append(row_reasons.item_reasons(bundle.predict, schema, piece.inputs[place]))
        if place % REASONS_TOLD == 0:
            on_progress(Progress("predict", int(1_000 * piece.share), 1_000, message=f"reasons of {place + 1:,} items"))
            check_cancelled(on_progress)
    return said


def _free(name: str, cells: Mapping[str, object]) -> str:
    """A column's name that the file does not use already."""
    return f"predicted {name}" if name in cells or name == "row" else name


def _write(file: TextIO, rows: Sequence[JsonObject], header: bool) -> None:
    if not rows:
        return
    writer = csv.writer(file)
    if header:
        writer.writerow([inert(name) for name in rows[0]])
    writer.writerows([inert(value) for value in row.values()] for row in rows)


class _Answers:
    """The answers that a file holds beside its rows, and what was predicted for them."""

    def __init__(self, schema: InputSchema) -> None:
        self.schema = schema
        self.truth: list[np.ndarray] = []
        self.found: list[np.ndarray] = []
        self.count = self.strange = 0

    def add(self, words: Sequence[str], found: np.ndarray, comma: bool) -> None:
        """Adds the answers of some rows; blank ones and unknown classes are left out."""
        if self.count >= MOST_SCORED:
            return
        unread = typed_rows.Unread()
        if found.ndim == 2 or self.schema.kind == "anomaly":
            column = ColumnSchema("answer", "category", levels=self.schema.labels)
            read = typed_rows.read_cells(column, words, comma, unread)
            codes = {label: code for code, label in enumerate(self.schema.labels)}
            values = np.array([codes.get(str(word), -1) for word in np.asarray(read, dtype=object)])
            known = values >= 0
        else:
            column = ColumnSchema("answer", "number", written=self.schema.target_written)
            values = np.asarray(typed_rows.read_cells(column, words, comma, unread), dtype=float)
            known = np.isfinite(values)
        self.strange += sum(bool(word.strip()) and not fits for word, fits in zip(words, known, strict=True))
        self.truth.append(values[known])
        self.found.append(found[known])
        self.count += int(known.sum())

    def differences(self) -> list[Difference]:
        """Answers that are none of training."""
        if not self.strange:
            return []
        words = f"{self.strange:,} answers in the file are none that training had; they are not scored."
        return [Difference("warning", "unknown answers", str(self.schema.target), words, self.strange)]

    def scores(self) -> tuple[JsonObject | None, int]:
        """The scores, and on how many rows."""
        if self.count < 2:
            return None, self.count
        truth, found = np.concatenate(self.truth), np.concatenate(self.found)
        if found.ndim == 2:
            return dict(metrics.class_scores(truth.astype(np.int64), found)), self.count
        if self.schema.kind == "anomaly":
            return dict(metrics.anomaly_scores(truth.astype(np.int64), found)), self.count
        return dict(metrics.number_scores(truth, found)), self.count
