"""The commands that make and use bundles: ``python -m core bundle | predict | serve``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from core.cli import ProgressPrinter, earlier_types, parse_types, write_json
from core.schema import Dataset, Fit, JsonObject, LoadError, Origin, Plan, Task

PORT = 8_765


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Adds the commands to those of ``python -m core``.

    Args:
        commands: what ``add_subparsers`` gave.

    Returns:
        The new parsers whose answer is JSON.
    """
    make = commands.add_parser("bundle", help="fit a contestant on all rows and write it as one file for use")
    make.add_argument(
        "source",
        metavar="RESULT.json|FILE|SAMPLE",
        help="the JSON of a contest, a file, or the key of embedded data, e.g. result.json",
    )
    make.add_argument(
        "--data", help="the data of the contest, where RESULT.json names no embedded data, e.g. --data shop.csv"
    )
    make.add_argument(
        "--contestant",
        metavar="KEY",
        help="who is bundled (see list); without it whom the contest recommends, e.g. --contestant table_linear",
    )
    make.add_argument("--out", type=Path, required=True, metavar="MODEL.zip", help="the bundle, e.g. --out model.zip")
    for name in ("target", "modality", "groups", "order"):
        make.add_argument(f"--{name}")
    make.add_argument("--types", metavar="NAME=TYPE,...")
    make.add_argument("--sheet", metavar="NAME")
    make.add_argument("--budget", type=float, default=60.0, metavar="SECONDS")
    make.add_argument("--seed", type=int, default=0)
    make.add_argument("--rows", type=int)
    make.set_defaults(run=bundle)
    ask = commands.add_parser(
        "predict", help="predict a new file with a bundle, and say where it differs from training"
    )
    ask.add_argument("bundle", type=Path, metavar="MODEL.zip", help="what bundle wrote, e.g. model.zip")
    ask.add_argument("file", type=Path, help="a table, a zip of pictures, sounds or texts, or readings, e.g. new.csv")
    ask.add_argument("--out", type=Path, required=True, help="the predictions as CSV, e.g. --out predictions.csv")
    ask.add_argument(
        "--reasons", type=int, nargs="?", const=1_000, default=0, metavar="ROWS",
        help="say for the first rows which columns, words, patches or stretches speak for and against each prediction, "
        "e.g. --reasons 100",
    )  # fmt: skip
    ask.add_argument("--rename", metavar="GIVEN=NAME,...", help="columns under another name, e.g. --rename kg=weight")
    ask.add_argument(
        "--fill-missing", action="store_true",
        help="columns that are not there count as missing values, e.g. predict model.zip new.csv --fill-missing",
    )  # fmt: skip
    ask.set_defaults(run=predict)
    return [make, ask, _add_serve(commands)]


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    answer = commands.add_parser("serve", help="answer predictions as JSON over HTTP on this machine")
    answer.add_argument("bundle", type=Path, metavar="MODEL.zip", help="what bundle wrote, e.g. model.zip")
    answer.add_argument("--port", type=int, default=PORT, help="on 127.0.0.1, e.g. --port 8765")
    answer.set_defaults(run=serve)
    return answer


def predict(asked: argparse.Namespace) -> int:
    """Predicts a file, and lists on standard output how it differs from training."""
    from core.bundles.file_prediction import PredictionOrder, predict_file
    from core.bundles.loaded_bundle import load_bundle

    _check_folder(asked.out)
    pairs = [part.partition("=") for part in (asked.rename or "").split(",") if part]
    renames = {given.strip(): name.strip() for given, _, name in pairs}
    order = PredictionOrder(asked.file, asked.out, asked.file.name, renames, asked.fill_missing, asked.reasons)
    found = predict_file(load_bundle(asked.bundle), order, ProgressPrinter())
    told = {**found.to_json(), "preview": None, "out": str(asked.out)}
    if asked.json:
        write_json(told, asked.json)
    if asked.json != "-":
        lines = [f"{found.rows:,} rows written to {asked.out}"]
        lines += [f"{one.level:8} {one.what}" for one in found.differences]
        lines += [f"{name:24} {value:.4g}" for name, value in (found.scores or {}).items()]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _check_folder(out: Path) -> None:
    """Refuses a place that cannot be written to before any work is done for it."""
    if not out.resolve().parent.is_dir() or out.is_dir():
        what = "is a folder" if out.is_dir() else "lies in a folder that is not there"
        raise LoadError(f"{str(out)!r} {what}.", "--out", "Give the name of a file in a folder that exists.")


def serve(asked: argparse.Namespace) -> int:
    """Serves a bundle until it is interrupted."""
    from core.bundles import service
    from core.bundles.loaded_bundle import load_bundle

    found = load_bundle(asked.bundle)
    sys.stderr.write(f"{found.card['title']} answers at http://{service.HOST}:{asked.port}\n")
    service.serve(found, asked.port)
    return 0


def bundle(asked: argparse.Namespace) -> int:
    """Makes a bundle of a contestant, from an earlier result or from data."""
    from core.bundles.bundle_maker import make_bundle

    _check_folder(asked.out)
    told = _result(asked.source)
    dataset, task, plan = _from_result(told, asked) if told is not None else _from_data(asked)
    key = asked.contestant or _recommended(told)
    card = make_bundle(dataset, task, plan, key, asked.out, ProgressPrinter(), fits_of_result(told, key))
    said = {"bundle": str(asked.out), **{name: card[name] for name in ("title", "rows_trained", "expected", "needs")}}
    write_json({**said, "graph": card["graph"], "digest": card["bundle"]}, asked.json or "-")
    return 0


def _result(source: str) -> JsonObject | None:
    if not source.lower().endswith(".json"):
        return None
    try:
        told = json.loads(Path(source).read_text(encoding="utf-8"))
    except OSError:
        raise LoadError(f"There is no file {source!r}.", "", "Give the JSON that compare wrote.") from None
    except ValueError:
        told = None
    if not isinstance(told, dict) or "replay" not in told:
        raise LoadError(f"{source!r} is no result of a contest.", "", "Give the JSON that compare --json wrote.")
    return told


def _from_result(told: JsonObject, asked: argparse.Namespace) -> tuple[Dataset, Task, Plan]:
    from core import ingest
    from core.report import replay
    from core.storage import dataset_store

    task, plan = replay.replayed_plan(told)
    origin = dict((told.get("dataset") or {}).get("origin") or {})
    if asked.data:
        types = parse_types(asked.types) or earlier_types(Path(asked.source))
        modality = asked.modality or origin.get("modality")
        wanted = Origin(modality=modality, target=origin.get("target"), types=types)
        wanted = replace(wanted, sheet=asked.sheet or origin.get("sheet"))
        return ingest.load_source(asked.data, wanted), task, plan
    if origin.get("sample") in ingest.samples():
        return dataset_store.load(ingest.sample_folder(str(origin["sample"]))), task, plan
    raise LoadError("The result does not hold its data.", asked.source, "Give the file with --data.")


def _from_data(asked: argparse.Namespace) -> tuple[Dataset, Task, Plan]:
    from core import ingest
    from core.evaluation import tasks

    wanted = Origin(modality=asked.modality, target=asked.target, types=parse_types(asked.types), sheet=asked.sheet)
    dataset = ingest.load_source(asked.source, wanted)
    sample = ingest.samples()[dataset.origin.sample][1] if dataset.origin.sample else None
    task = tasks.infer_task(dataset, asked.target or (sample.target if sample else None))
    groups = None if asked.groups == "none" else asked.groups or (sample.groups if sample else task.groups)
    task = replace(task, groups=groups, order=asked.order or (sample.order if sample else None))
    return dataset, task, Plan(budget_seconds=asked.budget, seed=asked.seed, rows=asked.rows, explain=False)


def _recommended(told: JsonObject | None) -> str:
    advice = dict((told or {}).get("recommendation") or {})
    if not advice.get("choice"):
        raise LoadError("Nobody is recommended, so say who.", "--contestant", "python -m core list names all.")
    return str(advice["choice"])


def fits_of_result(told: JsonObject | None, key: str) -> tuple[Fit, ...]:
    """The scores of a contestant's folds as a result holds them.

    Args:
        told: the JSON of a contest, or None. key: of the contestant.

    Returns:
        A fit a fold; empty where there are none.
    """
    run = next((one for one in (told or {}).get("contestants", ()) if one.get("key") == key), None)
    if run is None:
        return ()
    scores, skills = dict(run.get("scores") or {}), list(run.get("skill") or ())
    return tuple(
        Fit(fold, "", {name: values[fold] for name, values in scores.items() if fold < len(values)}, skill)
        for fold, skill in enumerate(skills)
        if skill is not None
    )
