"""Switching points: the exchange rate, or the points of skill, at which another contestant becomes the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

import numpy as np

from core.schema import JsonObject
from core.verdicts.contestant_summary import ContestantSummary
from core.verdicts.verdict_wording import format_number

PHRASES = {
    "cost": "a tenfold cost matters {way} than {rate} points",
    "latency": "a tenfold latency matters {way} than {rate} points",
    "interpretability": "full interpretability is worth {way} than {rate} points",
    "regulation": "full evidence for an auditor is worth {way} than {rate} points",
}


# No weight is told above all the points of skill there are, and none that two decimals round to nothing.
MOST_POINTS, LEAST_POINTS = 100.0, 0.005


class Crossing(TypedDict):
    """A rate at which another contestant becomes the choice: below or above it."""

    other: str
    title: str
    rate: float
    when: Literal["below", "above"]


def switching_points(
    field: Sequence[ContestantSummary], utility: np.ndarray, rates: Mapping[str, float], choice: int
) -> JsonObject:
    """The exchange rates at which another contestant becomes the choice, in closed form.

    Utilities are linear in every rate, so each pair crosses at most once.

    Args:
        field: the m contestants that no limit excludes. utility: float (m,) expected, in points.
        rates: name -> points, see ``default_rates``. choice: the position of the chosen contestant.

    Returns:
        rate name -> the nearest crossings below and above the present rate, each {"other", "rate", "when"};
        "skill" -> {"other", "points"}: how much more skill the runner-up would need; "words" -> sentences, without
        rates beyond 100 points, which nobody gives.
    """
    found: JsonObject = {}
    best, words = field[choice], []
    for name, rate in rates.items():
        crossings: list[Crossing] = []
        for index, other in enumerate(field):
            slope = best.features[name] - other.features[name]
            if index == choice or abs(slope) < 1e-12:
                continue
            # best - other falls by slope for each point the rate falls, and is 0 where it has fallen by the lead.
            turn = rate - (utility[choice] - utility[index]) / slope
            if turn > 1e-9:
                when: Literal["below", "above"] = "below" if slope > 0 else "above"
                crossings.append({"other": other.key, "title": other.title, "rate": float(turn), "when": when})
        nearest = _nearest(crossings)
        if nearest:
            found[name] = nearest
            words += [
                _sentence(name, crossing) for crossing in nearest if LEAST_POINTS <= crossing["rate"] <= MOST_POINTS
            ]
    others = [index for index in range(len(field)) if index != choice]
    if others:
        second = max(others, key=lambda index: utility[index])
        lead = float(utility[choice] - utility[second])
        found["skill"] = [{"other": field[second].key, "title": field[second].title, "points": lead}]
        needed = f"{field[second].title} would be preferred if its skill rose by {format_number(lead)} points."
        out_of_reach = f"Even with perfect skill {field[second].title} would not be the choice."
        words.append(needed if float(np.mean(field[second].skills)) + lead < MOST_POINTS else out_of_reach)
    return {**found, "words": words}


def _nearest(crossings: list[Crossing]) -> list[Crossing]:
    """The nearest crossing on each side of the present rate, at most two; those beyond change nothing more."""
    below = [one for one in crossings if one["when"] == "below"]
    above = [one for one in crossings if one["when"] == "above"]
    kept = [max(below, key=lambda one: one["rate"])] if below else []
    return kept + ([min(above, key=lambda one: one["rate"])] if above else [])


def _sentence(name: str, crossing: Crossing) -> str:
    way = "less" if crossing["when"] == "below" else "more"
    rate = f"{crossing['rate']:.2f}"
    return f"{crossing['title']} wins if {PHRASES[name].format(way=way, rate=rate)}."
