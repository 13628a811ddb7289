"""The commands that make and use bundles: ``python -m core bundle | predict | serve``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.cli import ProgressPrinter, earlier_types, parse_types, write_json
from core.schema import Dataset, Fit, JsonObject, LoadError, Origin, Plan, ReadAs, Task

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
    make.add_argument("--budget", type=float, default=60.0, metavar="SECONDS")
    make.add_argument("--seed", type=int, default=0)
    make.add_argument("--rows", type=int)
    make.set_defaults(run=bundle)
    return [make]


def bundle(asked: argparse.Namespace) -> int:
    """Makes a bundle of a contestant, from an earlier result or from data."""
    from core.bundles.bundle_maker import make_bundle

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
        data = read_data(asked.data, asked.modality or origin.get("modality"), origin.get("target"), types)
        return data, task, plan
    if origin.get("sample") in ingest.samples():
        return dataset_store.load(ingest.sample_folder(str(origin["sample"]))), task, plan
    raise LoadError("The result does not hold its data.", asked.source, "Give the file with --data.")


def _from_data(asked: argparse.Namespace) -> tuple[Dataset, Task, Plan]:
    from core import ingest
    from core.evaluation import tasks

    dataset = read_data(asked.source, asked.modality, asked.target, parse_types(asked.types))
    sample = ingest.samples()[dataset.origin.sample][1] if dataset.origin.sample else None
    task = tasks.infer_task(dataset, asked.target or (sample.target if sample else None))
    groups = None if asked.groups == "none" else asked.groups or (sample.groups if sample else task.groups)
    task = replace(task, groups=groups, order=asked.order or (sample.order if sample else None))
    return dataset, task, Plan(budget_seconds=asked.budget, seed=asked.seed, rows=asked.rows, explain=False)


def read_data(
    source: str,
    modality: str | None = None,
    target: str | None = None,
    types: Mapping[str, ReadAs] | None = None,
) -> Dataset:
    """Data from a file, a folder or the key of a sample, read in a limited process.

    Args:
        source: which. modality: how to read it; None lets its content decide. target: column of the answers, or None.
        types: of columns that a person set.

    Returns:
        The data set.

    Raises:
        LoadError: there is none, or it cannot be read.
    """
    import tempfile

    from core import ingest
    from core.storage import dataset_store

    path = Path(source)
    if not path.exists() and source in ingest.samples():
        return dataset_store.load(ingest.sample_folder(source))
    with tempfile.TemporaryDirectory() as folder:
        wanted = Origin(file=path.name, modality=modality, target=target, types=dict(types or {}))
        return dataset_store.load(ingest.read_as_asked(path, wanted, Path(folder) / "parcel"))


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
