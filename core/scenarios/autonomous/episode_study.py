"""What a contest of controllers cannot show: both driving side by side, and how much experience each needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from core.evaluation import uncertainty
from core.judging import use_case_rules
from core.models.control import cartpole, rollouts
from core.schema import Budget, Contest, Contestant, JsonObject, Progress, ProgressCallback

SEEDS = 3
MOST_SECONDS = 1.6
EVERY = 2
GRID = 12
T_95 = 2.920  # 95th percentile of Student's t for three seeds, as in uncertainty.COVERAGE
SCENE = "cartpole"
TITLES = {"states": "told its state", "pixels": "from pixels"}
CHOICES = {"states": "From its state", "pixels": "From pixels"}


def episode_sections(
    contestants: Sequence[Contestant], contest: Contest, seed: int, on_progress: ProgressCallback
) -> list[JsonObject]:
    """The study's pieces for pages to draw: for each world an animation and a curve with intervals over seeds."""
    seconds = MOST_SECONDS if contest.fit_seconds_allowed is None else contest.fit_seconds_allowed
    made: list[JsonObject] = []
    learned: list[JsonObject] = []
    for name in cartpole.ENVIRONMENTS:
        dataset = rollouts.episode_dataset(name, 80, seed + 1)
        cut = (dataset.take(np.arange(64)), dataset.take(np.arange(64, 80)))
        frames, curves, notes = [], [], []
        for step, player in enumerate(contestants):
            on_progress(
                Progress("measure", step, len(contestants), contestant=player.key, message=f"{player.title} drives")
            )
            try:
                fitted = [
                    player.fit(
                        *cut,
                        rollouts.TASK,
                        Budget(seconds=min(seconds, MOST_SECONDS), seed=seed + k),
                        _without_score(on_progress),
                    )
                    for k in range(SEEDS)
                ]
            except (ValueError, RuntimeError, ArithmeticError) as error:
                notes.append(f"{player.title} could not drive: {error}.")
                continue
            frames.append(
                animation_section(player, cast(rollouts.Controller, fitted[0]).policy, cartpole.find_environment(name))
            )
            curves += experience_section(player, [model.describe()["curve"] for model in fitted])
        made.append(_frames_row(name, frames, notes))
        if curves:
            learned.append(_curve_row(name, curves))
    return [*made, *learned]


def animation_section(player: Contestant, policy: rollouts.Policy, environment: cartpole.Environment) -> JsonObject:
    """One new episode, the same start for everybody: [place, angle] of every second step until the pole fell."""
    seen: list[np.ndarray] = []
    steps = int(rollouts.rollout(policy, environment, np.array([987_654]), seen)[0])
    frames = [[round(float(one[0, 0]), 3), round(float(one[0, 2]), 4)] for one in seen[::EVERY]]
    return {"title": player.title, "family": player.family, "frames": frames, "steps": steps}


def experience_section(player: Contestant, curves: Sequence[Sequence[Sequence[float]]]) -> list[JsonObject]:
    """Return on inner episodes against environment steps: mean over seeds of the best so far, with an interval."""
    most = max(curve[-1][0] for curve in curves)
    grid = np.unique(np.rint(np.geomspace(max(200.0, most / 200), max(most, 201.0), GRID)))
    found = np.stack([_best_by(np.asarray(curve, dtype=float), grid) for curve in curves])
    middle = found.mean(axis=0)
    half = T_95 * found.std(axis=0, ddof=1) / np.sqrt(len(found)) if len(found) > 1 else np.zeros(len(grid))
    top = float(cartpole.STEPS)
    return [
        {
            "x": float(x), "y": float(y), "low": max(0.0, float(y - h)), "high": min(top, float(y + h)),
            "series": player.title, "family": player.family,
        }
        for x, y, h in zip(grid, middle, half, strict=True)
    ]  # fmt: skip


def _best_by(curve: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """The best return judged by each number of steps (g,); 0 before the first look."""
    best = np.maximum.accumulate(curve[:, 1])
    place = np.searchsorted(curve[:, 0], grid, side="right") - 1
    return np.where(place >= 0, best[np.maximum(place, 0)], 0.0)


def _frames_row(name: str, frames: list[JsonObject], notes: Sequence[str]) -> JsonObject:
    steps = ", ".join(f"{one['title']} {one['steps']}" for one in frames)
    about = f"One new episode with the same start for all; steps until it fell: {steps}. {' '.join(notes)}".strip()
    return use_case_rules.study_section(
        f"Driving, {TITLES[name]}", "frames", about, rows=frames, scene=SCENE, tick=cartpole.TICK * EVERY,
        switch=("Side by side", CHOICES[name]),
    )  # fmt: skip


def _curve_row(name: str, curves: list[JsonObject]) -> JsonObject:
    return use_case_rules.study_section(
        f"Return against experience, {TITLES[name]}", "line",
        f"Best return on inner episodes so far, mean of {SEEDS} trainings with its {uncertainty.INTERVAL};"
        " random draws and rejected controllers count as experience too.",
        rows=curves, x_title="environment steps", y_title="steps until it falls",
        switch=("Return against experience", CHOICES[name]),
    )  # fmt: skip


def _without_score(on_progress: ProgressCallback) -> ProgressCallback:
    """News without scores: the study's fits are no part of the contest's curves, but can still be cancelled."""
    return lambda news: on_progress(replace(news, loss=None, score=None, cpu_seconds=None))
