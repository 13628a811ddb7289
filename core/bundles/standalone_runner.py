"""Predicts with the model of this bundle where Crossover is not installed. It needs numpy, and what card.json lists.

    python predict.py NEW.csv --out predictions.csv     a table, or an array (.npy) of pictures, sounds or windows
    python predict.py --serve 8000                      answers JSON at http://127.0.0.1:8000: /health /schema /predict

Cells are read plainly: numbers such as 1.5 (or 1,5 in a file with semicolons), dates such as 2024-12-31, empty cells
for missing values. Anything else is refused with its row, so that no value is guessed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

# Names with values as JSON has them, and the rows of a model: arrays by column name, or one array.
Plain: TypeAlias = dict
Rows: TypeAlias = Any
CHUNK = 5_000
MOST_ROWS = 10_000
MISSING = {"", "na", "n/a", "nan", "null", "none", "nat"}
# The same rule as in Crossover's own downloads (core/report/plain.py), which a machine without it does not have.
# A cell that a spreadsheet would run; numbers as people write them ("-1,234.5", "+3e4", "-5 %") are none.
FORMULA = re.compile(
    r"^(?! *[+-]?[0-9.,]*[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)? ?%? *\Z)"
    r"[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
)
REFUSED = 2


class Refused(Exception):
    """What is wrong with the input or the bundle, in words."""


class StandaloneModel:
    """The model of a bundle that was unpacked into a folder, or is a zip still."""

    def __init__(self, place: Path) -> None:
        self.place = place
        manifest = json.loads(self.member("manifest.json"))
        for name, expected in manifest["members"].items():
            if hashlib.sha256(self.member(name)).hexdigest() != expected:
                raise Refused(f"the bundle was changed: {name} is not what it was when the bundle was made")
        self.digest = str(manifest["digest"])
        self.card, self.schema = json.loads(self.member("card.json")), json.loads(self.member("schema.json"))
        self.sure = json.loads(self.member("uncertainty.json"))
        try:
            self._load(manifest["members"])
        except ImportError as error:
            raise Refused(f"{error}; this model needs {', '.join(self.card['needs'])}") from None

    def _load(self, members: Sequence[str]) -> None:
        sys.path.insert(0, str(self.place / "runtime"))
        from core.states.state_decoder import decode_state

        self.graph = None
        if "model.onnx" not in members:
            self.model: Rows = decode_state(self.member("model.npz"))
            return
        from core.deployment.graph_session import open_session

        self.ends = decode_state(self.member("ends.npz"))
        self.graph = open_session(self.member("model.onnx"), threads=0)

    def member(self, name: str) -> bytes:
        """The bytes of a member of the bundle."""
        if self.place.is_dir():
            return (self.place / name).read_bytes()
        with zipfile.ZipFile(self.place) as packed:
            return packed.read(name)

    def predict(self, inputs: Rows) -> np.ndarray:
        """Class probabilities (n, k) or values (n,), as the model gives them."""
        if self.graph is None:
            return np.asarray(self.model.predict(inputs), dtype=float)
        return np.asarray(self.ends.predict(self.graph, inputs))


def table_columns(schema: Plain, rows: Sequence[Plain], comma: bool = False, first: int = 1) -> Rows:
    """Rows of names and values -> one array a column, as the model takes them.

    Args:
        schema: of the bundle. rows: texts, numbers or None by column. comma: numbers may have a decimal comma.
        first: number of the first row, for messages.

    Returns:
        Column name -> array (n,).

    Raises:
        Refused: a column is missing, or a cell cannot be read.
    """
    there = set().union(*rows) if rows else set()
    missing = [one["name"] for one in schema["columns"] if one["name"] not in there]
    if missing:
        raise Refused(f"columns are missing: {', '.join(missing)}")
    found: dict[str, np.ndarray] = {}
    for column in schema["columns"]:
        name, kind = column["name"], column["kind"]
        cells = [_bare(row.get(name)) for row in rows]
        if kind == "number":
            found[name] = np.array(
                [_number(cell, comma, name, first + at) for at, cell in enumerate(cells)], dtype=float
            )
        elif kind == "date":
            days = [_date(cell, name, first + at) for at, cell in enumerate(cells)]
            found[name] = np.array(days, dtype="datetime64[ns]")
        else:
            known = set(column["levels"])
            words = [
                None if cell is None or (cell.lower() in MISSING and cell not in known) else cell for cell in cells
            ]
            found[name] = np.array(words, dtype=object)
    return found


def _bare(value: Rows) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _number(cell: str | None, comma: bool, name: str, row: int) -> float:
    if cell is None or cell.lower() in MISSING:
        return float("nan")
    try:
        return float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        raise Refused(f"row {row}, column {name!r}: {cell[:40]!r} is no number") from None


def _date(cell: str | None, name: str, row: int) -> np.datetime64:
    if cell is None or cell.lower() in MISSING:
        return np.datetime64("NaT", "ns")
    try:
        return np.datetime64(cell.replace(" ", "T").removesuffix("Z"), "ns")
    except ValueError:
        raise Refused(f"row {row}, column {name!r}: {cell[:40]!r} is no date such as 2024-12-31") from None


def with_confidence(schema: Plain, sure: Plain, found: np.ndarray) -> list[Plain]:
    """Predictions as plain rows: the answer, calibrated probabilities, and the set or interval that holds it.

    Args:
        schema, sure: of the bundle. found: probabilities (n, k), values (n,) or quantiles (n, horizon, levels).

    Returns:
        One mapping a row.
    """
    from core.bundles.conformal import calibrate, intervals, prediction_sets, quantile_rows

    quantile, labels = sure.get("quantile"), schema["labels"]
    if schema["kind"] == "forecast":
        return quantile_rows(schema["facts"]["levels"], found)
    if found.ndim == 2:
        chances = calibrate(found, float(sure.get("temperature") or 1.0))
        held = None if quantile is None else prediction_sets(chances, quantile)
        rows: list[Plain] = []
        for at, one in enumerate(chances):
            best = int(np.argmax(one))
            row = {"prediction": labels[best], "probability": float(one[best])}
            row |= {f"p({label})": float(value) for label, value in zip(labels, one, strict=True)}
            if held is not None:
                row["set"] = [label for label, inside in zip(labels, held[at], strict=True) if inside]
            rows.append(row)
        return rows
    if schema["kind"] == "anomaly":
        usual = np.asarray(sure.get("usual_scores") or [0.0])
        parts = np.searchsorted(usual, found) / len(usual)
        alarm = sure.get("alarm")
        return [
            {"score": float(value), "odder_than": float(part), "alarm": None if alarm is None else bool(value > alarm)}
            for value, part in zip(found, parts, strict=True)
        ]
    if quantile is None:
        return [{"prediction": float(one)} for one in found]
    return [
        {"prediction": float(one), "low": float(low), "high": float(high)}
        for one, (low, high) in zip(found, intervals(found, quantile), strict=True)
    ]


def inert(value: Rows) -> Rows:
    """A value for a cell: sets as text, and text that a spreadsheet would run as a formula behind an apostrophe."""
    if isinstance(value, list):
        value = "; ".join(str(one) for one in value)
    return "'" + value if isinstance(value, str) and FORMULA.match(value) else value


def batches(model: StandaloneModel, path: Path) -> Iterator[Rows]:
    """(first row, inputs) of a file, some rows at a time."""
    if path.suffix == ".npy":
        whole = np.load(path, allow_pickle=False)
        wanted = tuple(model.schema["shape"])
        if whole.shape[1:] != wanted:
            raise Refused(f"items of shape {whole.shape[1:]}, and the model takes {wanted}")
        for at in range(0, len(whole), CHUNK):
            yield at + 1, whole[at : at + CHUNK]
        return
    if not model.schema["columns"] and model.schema["modality"] != "text":
        raise Refused("this model takes arrays: give a .npy file, or use Crossover itself for a zip of files")
    with open(path, encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        mark = max(",;\t|", key=head.count)
        file.seek(0)
        reader = csv.DictReader(file, delimiter=mark)
        first = 1
        while rows := list(islice(reader, CHUNK)):
            yield first, as_inputs(model.schema, rows, mark == ";", first)
            first += len(rows)


def as_inputs(schema: Plain, rows: Sequence[Plain], comma: bool = False, first: int = 1) -> Rows:
    """Rows of names and values as the model takes them; texts stand in the column "text" or in the only one."""
    if schema["columns"]:
        return table_columns(schema, rows, comma, first)
    name = "text" if "text" in rows[0] else next(iter(rows[0]))
    return np.array([str(row.get(name) or "") for row in rows], dtype=object)


def predict_file(model: StandaloneModel, path: Path, out: Path) -> int:
    """Writes the predictions of a file as CSV; returns how many rows there were."""
    count = 0
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = None
        for first, inputs in batches(model, path):
            found = with_confidence(model.schema, model.sure, model.predict(inputs))
            for at, row in enumerate(found):
                whole = {"row": first + at, **{name: inert(value) for name, value in row.items()}}
                if writer is None:
                    writer = csv.DictWriter(file, list(whole))
                    writer.writeheader()
                writer.writerow(whole)
            count += len(found)
    return count


def answer_rows(model: Rows, asked: Rows) -> list[Plain]:
    """What a service answers: ``asked`` is {"rows": [{column: value}]}, {"texts": [...]} or {"items": nested lists}."""
    given = next((name for name in ("rows", "texts", "items") if isinstance(asked, dict) and name in asked), None)
    if given is None or not isinstance(asked[given], list) or not 1 <= len(asked[given]) <= MOST_ROWS:
        raise Refused(f'send {{"rows": [...]}} with 1 to {MOST_ROWS:,} rows, or "texts" or "items" for other data')
    if given == "items":
        inputs: Rows = np.asarray(asked["items"], dtype=np.float32)
        if inputs.shape[1:] != tuple(model.schema["shape"]):
            raise Refused(f"items of shape {inputs.shape[1:]}, and the model takes {tuple(model.schema['shape'])}")
        inputs = inputs.astype(np.uint8) if model.schema["modality"] in ("image", "video") else inputs
    elif given == "texts":
        inputs = np.array([str(one) for one in asked["texts"]], dtype=object)
    elif not all(isinstance(row, dict) for row in asked["rows"]):
        raise Refused("every row must be an object of column and value")
    else:
        inputs = as_inputs(model.schema, asked["rows"])
    return with_confidence(model.schema, model.sure, model.predict(inputs))


def main(arguments: Sequence[str] | None = None) -> int:
    """Predicts a file or serves; returns 0, or 2 with the reason on standard error."""
    parser = argparse.ArgumentParser(description="Predicts with the model of this bundle.")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=Path("predictions.csv"))
    parser.add_argument("--serve", type=int, metavar="PORT")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--bundle", type=Path, default=Path(__file__).resolve().parent)
    asked = parser.parse_args(arguments)
    try:
        model = StandaloneModel(asked.bundle)
        if asked.serve is not None:
            from service import serve

            serve(model, asked.host, asked.serve)
        elif asked.file is None:
            parser.error("give a file, or --serve PORT")
        else:
            sys.stderr.write(f"{predict_file(model, asked.file, asked.out):,} rows written to {asked.out}\n")
    except (Refused, OSError, ValueError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"refused: {error}\n")
        return REFUSED
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
