"""A notebook that plays the same contest again: same data digest, plan, seed and versions give the same scores."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import asdict, replace

from core.schema import Contest, JsonObject

_UNFIT = re.compile(r"[^A-Za-z0-9 .:+-]")


def make_notebook(contest: Contest) -> str:
    """The notebook as JSON (nbformat 4.5). User text appears only inside string literals of code cells."""
    plan = replace(contest.requested or contest.plan, measure=())
    versions = ", ".join(plain_words(f"{name} {version}") for name, version in contest.versions.items())
    cells = [
        markdown_cell(
            "# Deep or classical?\n\nThis notebook plays one contest of Crossover again. Run it from the folder of the "
            f"Crossover source, with {versions}. It was played on {plain_words(contest.finished)} under the digest "
            f"`{plain_words(contest.digest)}`." + untrained_words(contest)
        ),
        code_cell("from core.api import Plan, Task, compare, load, load_scenario, report"),
        code_cell(loading_code(contest)),
        code_cell(
            f"task = Task(**{python_literal(as_arguments(asdict(contest.task)))})\n"
            f"plan = Plan(**{python_literal(as_arguments(asdict(plan)))})"
        ),
        code_cell(
            f"contest = compare(dataset, task, plan=plan, folds={count_folds(contest)})\n"
            f"{digest_check_code(contest)}\n"
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


def untrained_words(contest: Contest) -> str:
    """A paragraph on the rows that are not trained on, if there are any."""
    count = len((contest.requested or contest.plan).doubted_labels)
    if not count:
        return ""
    return (
        f"\n\n{count} rows are left out of training because models of an earlier contest doubted their labels "
        "(doubted_labels of the plan); they are still tested. Scores are optimistic: the list was made with "
        "all labels, those of the test rows included."
    )


def loading_code(contest: Contest) -> str:
    """The line of code that reads the same data again: a use case, an embedded sample, or the uploaded file."""
    origin = contest.dataset.get("origin") or {}
    if contest.scenario:
        return f"dataset, _ = load_scenario({python_literal(contest.scenario)}, {python_literal(contest.plan.seed)})"
    if origin.get("sample"):
        return f"dataset = load({python_literal(origin['sample'])})"
    named = [name for name in ("modality", "target", "types", "sheet") if origin.get(name)]
    asked = "".join(f", {name}={python_literal(origin[name])}" for name in named)
    name = origin.get("file") or contest.dataset.get("name")
    return f"source = {python_literal(name)}  # the path of the file you uploaded\ndataset = load(source{asked})"


def count_folds(contest: Contest) -> int:
    """How many folds the contest came to, repeats included; at least one."""
    return max((len(run.fits) for run in contest.runs), default=1) or 1


def digest_check_code(contest: Contest) -> str:
    """The line of code that compares the digests; histories of version 0.1 do not hold the plan that theirs covers."""
    if contest.requested is None:
        return "# This contest was played by version 0.1, whose digest covers a plan that was not kept."
    return f"assert contest.digest == {python_literal(contest.digest)}, 'other data, versions or settings'"


def plain_words(text: object) -> str:
    """What an imported history may hold anything for, as letters, digits and marks that Markdown does not read."""
    return _UNFIT.sub("_", str(text)[:200])


def as_arguments(values: JsonObject) -> JsonObject:
    """Declared fields as keyword arguments: lists become tuples again."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def python_literal(value: object) -> str:
    """A Python literal that cannot break out of its place."""
    return ascii(value)


def markdown_cell(source: str) -> JsonObject:
    """A cell of prose."""
    return {"cell_type": "markdown", "id": f"m{cell_number(source)}", "metadata": {}, "source": source}


def code_cell(source: str) -> JsonObject:
    """A cell of code, not yet run."""
    return {
        "cell_type": "code", "id": f"c{cell_number(source)}", "metadata": {}, "execution_count": None,
        "outputs": [], "source": source,
    }  # fmt: skip


def cell_number(source: str) -> int:
    """A stable number for a cell's id."""
    return zlib.crc32(source.encode())
