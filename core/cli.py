"""What the commands of the command line share: plans from options, outputs, progress, the list of plug-ins."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from core import registry
from core.schema import READ_AS, Contest, Dataset, JsonObject, LoadError, Plan, Progress, ReadAs, Sample, Task
from core.wording import printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


NO_GROUPS = "none"
# What --help says about each option, always with an example.
OPTION_HELP = {
    "file": "the file or folder to read, e.g. shop.csv or photos.zip",
    "source": "a file, a folder or the key of embedded data (see list), e.g. shop.csv or telco_churn",
    "key": "the key of a use case (see list), e.g. tabular",
    "name": "the name by which the file counts, e.g. --as shop.csv for a file called upload-17",
    "modality": "what to read the file as instead of what its content says, e.g. --modality series",
    "target": "the column that is predicted, e.g. --target churn",
    "types": "read columns as number, category, date, duration, text or id, or leave them out (drop), whatever they "
    "look like, e.g. --types price=number,zip=category,remarks=drop; date-dmy, date-mdy, date-ymd, number-comma and "
    "number-point settle what is in doubt, e.g. --types when=date-dmy",
    "sheet": "the sheet of a workbook; without it the one from which most can be learnt, e.g. --sheet Sales",
    "contestants": "who plays, by keys (see list), e.g. --contestants table_linear,table_xgboost",
    "folds": "folds x repeats, e.g. --folds 5x2",
    "order": "the column of time: later rows are tested on models of earlier ones, e.g. --order date",
    "groups": "what stays on one side of a split: a column, name:2 (part of file names), folder:1 (parent folder) or "
    "none, e.g. --groups patient",
    "horizon": "steps ahead that a forecast foretells, e.g. --horizon 8",
    "known": "covariates of forecasts whose future values are known, by names, e.g. --known promotion,holiday",
    "measure": "slow measurements, by keys (see list) or all, e.g. --measure corruption",
    "explain": "as many answers as half of the work of training pays for, all the usual ones, or none, e.g. --explain "
    "all",
    "sensitive": "columns by which errors are compared between groups of people, e.g. --sensitive sex,age",
    "budget": "seconds that every contestant may train on a fold, in all, e.g. --budget 120",
    "seed": "of every draw; the same seed gives the same scores, e.g. --seed 7",
    "rows": "use at most so many rows, e.g. --rows 5000",
    "margin": "points of skill that count as practically equal, e.g. --margin 2",
    "configurations": "settings that every family may try, e.g. --configurations 4",
    "device": "where networks train, e.g. --device cpu",
    "small_classes": "classes with too few rows: joined into one, left out or kept, e.g. --small-classes drop",
    "strategy": "full plays everyone on every fold; halving gives a quick answer within half of that work: whoever is "
    "behind after a fold is dropped, e.g. --strategy halving",
    "prompt": "how a prompted language model is asked: {text} once, {labels} and {target} as wanted, e.g. --prompt "
    "'{text} This is about'",
    "label_words": "its words for each class, in the order of the classes, e.g. --label-words bad,good",
    "leave_out_labels": "rows whose labels an earlier result doubts are tested but not trained on, e.g. "
    "--leave-out-labels result.json",
    "report": "write the report there, e.g. --report result.html",
    "notebook": "write a notebook that plays the contest again, e.g. --notebook again.ipynb",
    "models": "a folder for the fitted models, e.g. --models models",
    "replay": "play the plan of an earlier result again and tell what differs, e.g. --replay result.json",
    "json": "write JSON there; - is standard output, e.g. --json result.json",
}


def plan_from_options(asked: argparse.Namespace, task: Task, sample: Sample | None) -> tuple[Task, Plan]:
    """Task and plan from the options; "5x2" is five folds, twice."""
    task = replace(
        task,
        groups=None if asked.groups == NO_GROUPS else asked.groups or (sample.groups if sample else task.groups),
        order=asked.order or (sample.order if sample else None),
    )
    horizon, known = getattr(asked, "horizon", None), split_names(getattr(asked, "known", None))
    if (horizon is not None or known) and task.kind != "forecast":
        raise LoadError(
            "A horizon and covariates known of the future belong to forecasts.", "--horizon, --known",
            "Add --modality forecast, or leave them out.",
        )  # fmt: skip
    task = replace(task, horizon=task.horizon if horizon is None else horizon, known=known or task.known)
    plan = Plan(
        contestants=split_names(asked.contestants),
        budget_seconds=asked.budget,
        seed=asked.seed,
        margin=asked.margin,
        device=asked.device,
        rows=asked.rows or (sample.rows if sample else None),
        configurations=asked.configurations,
        measure=parse_measurements(asked.measure),
        explain=asked.explain != "none",
        explain_all=asked.explain == "all",
        small_classes=asked.small_classes,
        strategy=asked.strategy,
        prompt=getattr(asked, "prompt", None) or "",
        label_words=split_names(getattr(asked, "label_words", None)),
        sensitive=tuple(part for part in (asked.sensitive or "").split(",") if part)
        or tuple(name for name in (sample.sensitive if sample else ()) if name != task.target),
    )
    if asked.folds:
        shape = re.fullmatch(r"(\d+)(?:x(\d+))?", asked.folds)
        if not shape or int(shape[1]) < 2:
            raise LoadError(f"Folds {asked.folds!r} cannot be read.", "--folds", "Write folds x repeats, such as 5x2.")
        plan = replace(plan, folds=int(shape[1]), repeats=int(shape[2] or 1), fixed_folds=True)
    return task, plan


def without_doubted(plan: Plan, result: Path | None, dataset: Dataset, task: Task) -> Plan:
    """The plan that does not train on the rows whose labels an earlier result doubts.

    Args:
        result: the file of its JSON, or None. dataset: as read. task: with its target.

    Raises:
        LoadError: the file is no result, or one of other data.
    """
    from core.report.doubted_rows import doubted_in_result

    if result is None:
        return plan
    try:
        told = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoadError(
            f"{result.name} cannot be read as a result.", "--leave-out-labels", "Give a JSON file."
        ) from error
    return replace(plan, doubted_labels=doubted_in_result(told if isinstance(told, dict) else {}, dataset, task))


def split_names(said: str | None) -> tuple[str, ...]:
    """The names of an option, parted by commas.

    Args:
        said: the option's text, or None.
    """
    return tuple(part.strip() for part in (said or "").split(",") if part.strip())


def parse_types(said: str | None) -> dict[str, ReadAs]:
    """The types of an option such as ``price=number,zip code=category``; a comma may stand inside a name.

    Args:
        said: the option's text, or None.

    Raises:
        LoadError: a part has no known type behind its last equals sign.
    """
    if not said or not said.strip():
        return {}
    kinds = "|".join(sorted(READ_AS, key=len, reverse=True))
    found: dict[str, ReadAs] = {}
    rest = said.strip()
    while rest:
        part = re.match(rf"\s*(.+?)\s*=\s*({kinds})\s*(?:,|$)", rest, re.DOTALL)
        if part is None:
            raise LoadError(
                f"The types {printable(rest, 60)!r} cannot be read.",
                "--types",
                f"Write NAME=TYPE,..., such as price=number,zip=category; the types are {', '.join(READ_AS)}.",
            )
        kind = next(one for one in READ_AS if one == part[2])
        found[part[1]] = kind
        rest = rest[part.end() :]
    return found


def earlier_types(result: Path) -> dict[str, ReadAs]:
    """The types that a person set in an earlier contest.

    Args:
        result: the file of its JSON.
    """
    told = (json.loads(result.read_text(encoding="utf-8")).get("dataset") or {}).get("types") or {}
    return {name: kind for name, kind in told.items() if kind in READ_AS}


def earlier_sheet(result: Path) -> str | None:
    """The sheet of a workbook that was chosen in an earlier contest.

    Args:
        result: the file of its JSON.
    """
    return (json.loads(result.read_text(encoding="utf-8")).get("dataset") or {}).get("sheet")


def parse_measurements(asked: str | None) -> tuple[str, ...]:
    """The slow measurements asked for: "all", or keys."""
    slow = [key for key, one in registry.discover("measurements").items() if one.slow]
    if not asked:
        return ()
    keys = slow if asked == "all" else [part for part in asked.split(",") if part]
    for key in keys:
        if key not in registry.discover("measurements"):
            raise LoadError(f"There is no measurement {key!r}.", "--measure", f"Choose among: {', '.join(slow)}.")
    return tuple(keys)


def write_outputs(contest: Contest, verdicts: ModuleType, asked: argparse.Namespace, write: Callable[..., None]) -> int:
    """Judges, writes JSON, report and notebook, or a readable table; returns the exit code."""
    from core import report

    judged, advice = verdicts.judge([contest]), verdicts.recommend(contest)
    if getattr(asked, "report", None):
        asked.report.write_text(report.render_html(contest, judged, advice), encoding="utf-8")
    if getattr(asked, "notebook", None):
        asked.notebook.write_text(report.make_notebook(contest), encoding="utf-8")
    if asked.json:
        write(report.contest_to_json(contest, judged, advice), asked.json)
    if asked.json != "-":
        sys.stdout.write(report.render_text(contest, judged, advice) + "\n")
    return 0


def describe_plugins() -> JsonObject:
    """Every declaration of every kind of plug-in with its plain fields."""
    from core import ingest
    from core.storage.json_codec import to_plain

    found: JsonObject = {
        kind: [plain_fields(one) for one in registry.discover(kind).values()] for kind in registry.PLUGIN_KINDS
    }
    found["samples"] = [
        {**plain_fields(sample), "modality": modality.key} for modality, sample in ingest.samples().values()
    ]
    return to_plain(found, fallback=lambda value: getattr(value, "__qualname__", str(value)))


def plain_fields(one: DataclassInstance) -> JsonObject:
    """The fields of a declaration that are data, not functions."""
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    return {
        key: _nested_fields(value)
        for key, value in values.items()
        if not callable(value) and not hasattr(value, "load")
    }


def _nested_fields(value: object) -> object:
    if isinstance(value, tuple):
        return [_nested_fields(one) for one in value]
    return plain_fields(value) if is_dataclass(value) and not isinstance(value, type) else value


def write_json(what: JsonObject, where: str) -> None:
    """JSON to a file, or to standard output for "-"; letters that the output has no code for are escaped there."""
    text = json.dumps(what, indent=2, ensure_ascii=False, allow_nan=False)
    if where == "-":
        try:
            text.encode(sys.stdout.encoding or "utf-8")
        except (UnicodeEncodeError, LookupError):
            text = json.dumps(what, indent=2, allow_nan=False)
        sys.stdout.write(text + "\n")
        return
    from core.storage import paths

    paths.write_atomically(Path(where), text + "\n", durable=False, mode=0o666)


class ProgressPrinter:
    """Progress on standard error: a line a step, or one moving line on a terminal."""

    def __init__(self) -> None:
        self.started, self.moving, self.last = time.monotonic(), sys.stderr.isatty(), ""

    def __call__(self, news: Progress) -> None:
        if news.stage == "plan" or (not self.moving and news.stage == "fit" and news.loss is not None):
            return
        where = "" if news.fold is None else f" fold {news.fold + 1}"
        share = f" {news.step + 1}/{news.total}" if news.total else ""
        score = "" if news.score is None or news.stage != "fold" else f" skill {news.score:.1f}"
        said = f"{news.stage}{share} {news.contestant or ''}{where}{score} {news.message}".rstrip()
        if said == self.last:
            return
        self.last = said
        line = f"[{time.monotonic() - self.started:6.1f} s] {said}"
        sys.stderr.write(f"\r\033[K{line[:110]}" if self.moving else line + "\n")
        sys.stderr.flush()
