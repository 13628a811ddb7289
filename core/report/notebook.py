"""A notebook that plays the same contest again: same data digest, plan, seed and versions give the same scores."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, replace
from typing import Any

from core.schema import Contest


def notebook(contest: Contest) -> str:
    """The notebook as JSON (nbformat 4.5). User text appears only inside JSON string literals of code cells."""
    versions = ", ".join(f"{name} {version}" for name, version in contest.versions.items())
    cells = [
        markdown(
            "# Deep or classical?\n\nThis notebook plays one contest of Crossover again. Run it from the folder of the "
            f"Crossover source, with {versions}. It was played on {contest.finished} under the digest "
            f"`{contest.digest}`."
        ),
        code("from core.api import Plan, Task, compare, load, load_scenario, report"),
        code(reading_of(contest)),
        code(
            f"task = Task(**{literal(arguments(asdict(contest.task)))})\n"
            f"plan = Plan(**{literal(arguments(asdict(replace(contest.requested or contest.plan, measure=()))))})"
        ),
        code(
            f"contest = compare(dataset, task, plan=plan, folds={folds_played(contest)})\n"
            f"{check(contest)}\n"
            "print(report(contest))"
        ),
    ]
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def reading_of(contest: Contest) -> str:
    """The line of code that reads the same data again: a use case, an embedded sample, or the uploaded file."""
    origin = contest.dataset.get("origin") or {}
    if contest.scenario:
        return f"dataset, _ = load_scenario({literal(contest.scenario)}, {contest.plan.seed})"
    if origin.get("sample"):
        return f"dataset = load({literal(origin['sample'])})"
    asked = "".join(f", {name}={literal(origin[name])}" for name in ("modality", "target") if origin.get(name))
    name = origin.get("file") or contest.dataset.get("name")
    return f"source = {literal(name)}  # the path of the file you uploaded\ndataset = load(source{asked})"


def folds_played(contest: Contest) -> int:
    """How many folds the contest came to, repeats included; at least one."""
    return max((len(run.fits) for run in contest.runs), default=1) or 1


def check(contest: Contest) -> str:
    """The line of code that compares the digests; histories of version 0.1 do not hold the plan that theirs covers."""
    if contest.requested is None:
        return "# This contest was played by version 0.1, whose digest covers a plan that was not kept."
    return f"assert contest.digest == {literal(contest.digest)}, 'other data, versions or settings'"


def arguments(values: dict[str, Any]) -> dict[str, Any]:
    """Declared fields as keyword arguments: lists become tuples again."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def literal(value: Any) -> str:
    """A Python literal that cannot break out of its place."""
    return ascii(value)


def markdown(source: str) -> dict[str, Any]:
    """A cell of prose."""
    return {"cell_type": "markdown", "id": f"m{number(source)}", "metadata": {}, "source": source}


def code(source: str) -> dict[str, Any]:
    """A cell of code, not yet run."""
    return {
        "cell_type": "code", "id": f"c{number(source)}", "metadata": {}, "execution_count": None,
        "outputs": [], "source": source,
    }  # fmt: skip


def number(source: str) -> int:
    """A stable number for a cell's id."""
    return zlib.crc32(source.encode())
