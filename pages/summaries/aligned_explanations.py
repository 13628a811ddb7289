"""The explanations of a contest, brought onto the same columns in the same order to stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from core.schema import Contest, Run


@dataclass(frozen=True)
class AlignedExplanation:
    """One contestant's explanation. values (rows, parts); base and margin (rows,); share (parts,) sums to one."""

    key: str
    title: str
    family: str
    parts: tuple[str, ...]
    values: np.ndarray
    base: np.ndarray
    margin: np.ndarray
    share: np.ndarray
    explanation: Mapping[str, Any]


def explained_runs(contest: Contest) -> list[Run]:
    """The contestants that explain themselves, classical first."""
    order = ("classical", "deep", "hybrid")
    there = [run for run in contest.runs if run.family in order and run.explanation and "values" in run.explanation]
    return sorted(there, key=lambda run: order.index(run.family))


Method = Literal["fair", "unfair", "lime"]


def align_explanations(runs: Sequence[Run], method: Method = "fair") -> list[AlignedExplanation]:
    """These contestants' explanations over the union of their parts; a part one side lacks counts zero there.

    method: the common game, the usual methods of each side, or LIME in the common game; a side without one is left out.
    """
    pairs = [(run, _explanation_of(run, method)) for run in runs]
    pairs = [(run, told) for run, told in pairs if told is not None]
    parts = tuple(dict.fromkeys(str(part) for _, told in pairs for part in told["parts"]))
    return [_align(run, told, parts) for run, told in pairs]


def _explanation_of(run: Run, method: Method) -> Mapping[str, Any] | None:
    fair = run.explanation or {}
    if method == "fair":
        return fair
    if method == "lime":
        lime = fair.get("lime") or {}
        game = lime.get("game") or {}
        return {"parts": lime["parts"], "base": np.zeros(len(lime["rows"])), **game} if "values" in game else None
    usual = fair.get("unfair")
    return {"parts": fair["parts"], "base": fair["base"], "margin": fair["margin"], **usual} if usual else None


def _align(run: Run, explanation: Mapping[str, Any], parts: tuple[str, ...]) -> AlignedExplanation:
    given = np.asarray(explanation["values"], dtype=float)
    values = np.zeros((len(given), len(parts)))
    values[:, [parts.index(str(part)) for part in explanation["parts"]]] = np.nan_to_num(given)
    base = np.asarray(explanation["base"], dtype=float)
    margin = explanation.get("margin")
    ends = base + values.sum(axis=1) if margin is None else np.asarray(margin, dtype=float)
    sizes = np.abs(values).mean(axis=0)
    return AlignedExplanation(
        run.contestant, run.title, run.family, parts, values, base, ends, sizes / (sizes.sum() or 1.0), explanation
    )  # fmt: skip


def with_channel_names(explanations: Sequence[AlignedExplanation], channels: Sequence[str]) -> list[AlignedExplanation]:
    """The sides with a series' channels called by their names: "3-5, channel 1" becomes "3-5, vibration"."""
    if not channels:
        return list(explanations)
    names = {f"channel {k + 1}": str(name) for k, name in enumerate(channels)}

    def renamed(part: str) -> str:
        when, comma, channel = part.partition(", ")
        return f"{when}, {names[channel]}" if comma and channel in names else part

    return [replace(side, parts=tuple(renamed(part) for part in side.parts)) for side in explanations]


def explanation_distance(left: AlignedExplanation, right: AlignedExplanation) -> np.ndarray:
    """(rows,) sum of |left - right| over the parts: where the two tell the most different stories, in output units."""
    return np.abs(left.values - right.values).sum(axis=1)


def align_contest(contest: Contest, runs: Sequence[Run], method: Method = "fair") -> list[AlignedExplanation]:
    """The explanations of some runs of a contest on the same parts, a series' channels called by their names.

    Args:
        method: as in ``align_explanations``; a run without one is left out.
    """
    items = contest.rows.items or ({},)
    return with_channel_names(align_explanations(runs, method), items[0].get("channels") or ())


def contestant_keys(explanations: Sequence[AlignedExplanation]) -> tuple[str, ...]:
    """The keys of the contestants that these explanations are of, in their order."""
    return tuple(side.key for side in explanations)
