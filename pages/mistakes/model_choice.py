"""Which models the panels of mistakes compare, and which class is told from the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_answers
from pages.charts import model_marks
from pages.ui import theme
from pages.ui.formatting import md, truncated


def draw_choice(contest: Contest) -> list[Run]:
    """Lets the reader choose models; those of the verdict at first."""
    runs = held_out_answers.answering_runs(contest)
    names = {run.contestant: run.title for run in runs}
    default = held_out_answers.representatives(contest) or list(names)[:3]
    if len(runs) < 2:
        return runs
    picked = st.pills(
        "Models", list(names), selection_mode="multi", default=default,
        format_func=lambda key: md(names[key]), key=f"mistaken_{contest.id}",
    )  # fmt: skip
    return [run for run in runs if run.contestant in (picked or default)]


def marks_of(contest: Contest, palette: theme.Palette) -> model_marks.ModelMarks:
    """The marks of all models of a contest."""
    runs = held_out_answers.answering_runs(contest)
    return model_marks.model_marks([(run.title, run.family) for run in runs], palette)


def draw_class_choice(contest: Contest, key: str, what: str) -> int:
    """The class that is told from the others: the second of two, else the reader's choice; the most frequent first."""
    names = held_out_answers.class_names(contest)
    if len(names) <= 2:
        return len(names) - 1
    order = _by_frequency(contest, len(names))
    picked = st.selectbox(md(what), order, format_func=lambda k: truncated(names[k], 60), key=f"{key}_{contest.id}")
    return int(picked)


def _by_frequency(contest: Contest, classes: int) -> list[int]:
    truth: Sequence[np.ndarray] = [one.truth for one in held_out_answers.counted_folds(contest)]
    counts = np.bincount(np.concatenate(truth), minlength=classes)
    return [int(k) for k in np.argsort(-counts, kind="stable")]


def chart_name(chosen: Sequence[Run]) -> tuple[str, ...]:
    """What a chart of these models is kept by."""
    return tuple(run.contestant for run in chosen)
