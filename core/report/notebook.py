"""A notebook that plays the same contest again: same data digest, plan, seed and versions give the same scores."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

from core.vocabulary import Contest


def notebook(contest: Contest) -> str:
    """The notebook as JSON (nbformat 4.5). User text appears only inside JSON string literals of code cells."""
    plan = asdict(contest.plan)
    plan["fixed_folds"] = True
    names = {key: value for key, value in plan.items() if key not in ("measure",)}
    versions = ", ".join(f"{name} {version}" for name, version in contest.versions.items())
    cells = [
        markdown(
            "# Deep or classical?\n\nThis notebook plays one contest of Crossover again. Run it from the folder of the "
            f"Crossover source, with {versions}. It was played on {contest.finished} under the digest "
            f"`{contest.digest}`."
        ),
        code(
            "from dataclasses import replace\n"
            "from pathlib import Path\n\n"
            "from core import arena, ingest, tasks, verdicts, report\n"
            "from core.tools import parcels\n"
            "from core.vocabulary import Plan, Task"
        ),
        code(
            f"source = {literal(contest.dataset.get('name'))}  # the file you uploaded, or the key of a sample\n"
            "parcel = ingest.sample(source) if source in ingest.samples() else ingest.receive(Path(source))\n"
            "dataset = parcels.load(parcel)"
        ),
        code(f"task = Task(**{literal(arguments(asdict(contest.task)))})\nplan = Plan(**{literal(arguments(names))})"),
        code(
            "contest = arena.tournament(dataset, task, plan, lambda news: None, seats='inline')\n"
            f"assert contest.digest == {literal(contest.digest)}, 'other data, versions or settings'\n"
            "print(report.text(contest, verdicts.judge([contest]), verdicts.recommend(contest)))"
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
