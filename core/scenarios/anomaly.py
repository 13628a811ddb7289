"""Use G: odd readings of humidity and temperature sensors, found without labels and within a latency limit.

The light side is played by both kinds that the claim has in mind, trees and robust statistics. The limit is the one of
all real-time uses; only one that lies under the quickest answers of a side could change the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from core.judging import chance_level, study_fits, use_case_rules, votes
from core.schema import Contest, Dataset, Facts, JsonObject, Outcome, Plan, ProgressCallback, Scenario, Task, Verdict
from core.wording import format_number

FALSE_ALARMS = 0.01
SPIKES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
STEPS = (4.0, 16.0, 64.0, 128.0)
ASKED = 200
PATIENCE = 12


def sensors(seed: int) -> tuple[Dataset, Task]:
    """Windows of six readings of four sensors; labels only score the answers."""
    dataset = use_case_rules.find_sample("series", "sensors").load()
    return dataset, use_case_rules.make_task(str(dataset.facts["target"]), "anomaly")


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Equal skill is enough for the document's "more practical", but the latency limit is hard.

    A side keeps the limit when one of its contestants answers within it (p95 of single answers) and is no more than
    the margin below that side's best in mean skill. Contradicted: the classical side breaks the limit and the deep
    side keeps it, or the deep side keeps it and is better beyond the margin at 95 %. Supported: the classical side
    keeps it, and the deep side breaks it or is not better at 95 %. Both breaking it: undecided.
    """
    limit = float(scenario.limits["latency_ms"])
    part = use_case_rules.parts_of(contest)[0]
    found = use_case_rules.family_comparison(part["families"], part["comparisons"], "classical", "deep")
    late = {family: family_latencies(contest, family) for family in ("classical", "deep")}
    if found is None or not all(late.values()):
        why = "Not measured: both sides must finish, with their latency."
        return Verdict(scenario.key, "not measured", why, contest.regime, button="play")
    outcome: Outcome = use_case_rules.outcome_of(found, equal_counts=True)
    keeps = {family: min(there.values()) <= limit for family, there in late.items()}
    if not any(keeps.values()):
        outcome = "undecided"
    elif not keeps["classical"]:
        outcome = "contradicted"
    elif not keeps["deep"]:
        outcome = "supported"
    speeds = ", ".join(f"{title} {format_number(ms)} ms" for there in late.values() for title, ms in there.items())
    because = (
        f"Without labels classical stands {use_case_rules.lead_in_points(found)} against deep; 95 of 100 single "
        f"answers come within: {speeds}, where {limit:g} ms are allowed."
    )
    return Verdict(scenario.key, outcome, because, contest.regime, evidence={"latency_ms": late, "limit": limit})


def family_latencies(contest: Contest, family: str) -> dict[str, float]:
    """Title -> p95 of single answers in ms, of a family's contestants within the margin of its best mean skill."""
    skills: dict[str, float] = {}
    times: dict[str, float] = {}
    for run in contest.runs:
        reading = votes.reading_of(run, "latency_p95")
        known = [fit.skill for fit in run.fits if fit.skill is not None]
        if run.family == family and run.error is None and reading is not None and known:
            skills[run.title] = sum(known) / len(known)
            times[run.title] = float(np.median(reading.values))
    best = max(skills.values(), default=0.0)
    return {title: ms for title, ms in times.items() if skills[title] >= best - contest.plan.margin}


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> Facts:
    """Plants one's own anomalies: who notices a spike of which size, and how soon a lasting step."""
    dataset, task = sensors(seed)
    test = np.random.default_rng((seed, 7)).random(len(dataset)) < 0.3
    bench = study_fits.fit_study_models(contest, study_fits.holdout(dataset, test, seed), task, 8.0, on_progress)
    usual = dataset.take(np.flatnonzero(test & (np.asarray(dataset.target) == 0)))
    half = len(usual) // 2
    mixed = np.random.default_rng((seed, 8)).permutation(len(usual))
    quiet, asked = usual.take(mixed[:half]), usual.take(mixed[half : half + ASKED])
    bars = {who.key: float(np.quantile(who.model.predict(quiet.inputs), 1 - FALSE_ALARMS)) for who in bench.models}
    spread = _spread(dataset.inputs)
    about = (
        f"A spike is added to one channel of {len(asked)} usual windows, at a reading drawn at random; its size is in "
        "usual steps of that channel from one reading to the next. Every contestant's alarm is set to ring on 1 % of "
        f"other usual windows.{bench.note}"
    )
    rows = []
    for size in (0.0, *SPIKES):
        spiked = plant_spikes(asked.inputs, spread, size, seed)
        for who in bench.models:
            rings = int((who.model.predict(spiked) > bars[who.key]).sum())
            rows.append(study_fits.accuracy_point(size, rings, len(spiked), who))
    noticed = study_fits.line_section(
        "Plant a spike: who notices?", about, rows, "size of the spike, usual steps", "noticed, %"
    )
    return {"sections": [noticed, detection_delays(bench, bars, dataset, spread, seed), _few_labels(contest)]}


def _spread(series: np.ndarray) -> np.ndarray:
    """Robust size (c,) of the usual change from one reading to the next, by channel."""
    steps = np.diff(series, axis=1).astype(np.float64)
    spread = 1.4826 * np.median(np.abs(steps), axis=(0, 1))
    return np.where(spread > 1e-9, spread, steps.std(axis=(0, 1)) + 1e-9)


def plant_spikes(series: np.ndarray, spread: np.ndarray, size: float, seed: int) -> np.ndarray:
    """Windows (n, t, c) with a spike of so many usual steps, up or down, at one drawn reading of one drawn channel."""
    draw = np.random.default_rng((seed, 11))
    changed = np.array(series, dtype=np.float32, copy=True)
    count, length, channels = changed.shape
    when, where = draw.integers(length, size=count), draw.integers(channels, size=count)
    sign = draw.choice([-1.0, 1.0], size=count)
    changed[np.arange(count), when, where] += (size * sign * spread[where]).astype(np.float32)
    return changed


def detection_delays(
    study_models: study_fits.StudyModels, bars: Mapping[str, float], dataset: Dataset, spread: np.ndarray, seed: int
) -> dict:
    """A channel jumps and stays there: readings until the first alarm, a window sliding over the stream."""
    streams = quiet_runs(dataset, 2 + PATIENCE // dataset.inputs.shape[1], 60, seed)
    length, channels = dataset.inputs.shape[1:]
    table = []
    for who in study_models.models:
        line = [who.title, who.family]
        for size in STEPS:
            waits = []
            for place, stream in enumerate(streams):
                jumped = stream.copy()
                jumped[length:, place % channels] += size * spread[place % channels]
                slides = np.stack([jumped[start : start + length] for start in range(1, 1 + PATIENCE)])
                rings = np.flatnonzero(who.model.predict(slides) > bars[who.key])
                waits.append(int(rings[0]) + 1 if len(rings) else math.inf)
            caught = [wait for wait in waits if math.isfinite(wait)]
            late = f"{np.median(caught):.0f}" if caught else "none"
            line.append(f"{late} ({100 * len(caught) / max(1, len(waits)):.0f} %)")
        table.append(line)
    about = (
        f"From one reading on a channel stays higher. Median readings until the first alarm, and in brackets the share "
        f"noticed within {PATIENCE} readings, over {len(streams)} stretches of the sensors."
    )
    columns = ["contestant", "family", *(f"jump of {size:g} usual steps" for size in STEPS)]
    return use_case_rules.study_section(
        "A lasting step: how late is the alarm?", "table", about, columns=columns, rows=table
    )


def quiet_runs(dataset: Dataset, windows: int, most: int, seed: int) -> list[np.ndarray]:
    """Stretches (windows x t, c) of neighbouring usual windows, joined; at most ``most`` of them."""
    odd = np.asarray(dataset.target) > 0
    starts = [at for at in range(0, len(dataset) - windows, windows) if not odd[at : at + windows].any()]
    picked = np.random.default_rng((seed, 13)).permutation(starts)[:most]
    return [np.concatenate(list(dataset.inputs[at : at + windows])) for at in picked]


def _few_labels(contest: Contest) -> JsonObject:
    """What each contestant needed: labels, time, memory, milliseconds."""
    rows = []
    for run in contest.runs:
        if run.family == "chance" or run.error:
            continue
        figures = []
        for key in ("latency_p50", "latency_p95", "size"):
            found = votes.reading_of(run, key)
            scale = 1e-3 if key == "size" else 1.0
            figures.append("not measured" if found is None else format_number(scale * float(np.median(found.values))))
        seconds = float(np.median([fit.fit_seconds for fit in run.fits])) if run.fits else math.nan
        rows.append([run.title, run.family, "none", format_number(seconds), *figures])
    columns = ["contestant", "family", "labels used", "training, s", "median answer, ms", "95 % within, ms", "size, kB"]
    return use_case_rules.study_section(
        "What it takes", "table", "Read from the contest itself.", columns=columns, rows=rows
    )


SCENARIO = Scenario(
    key="anomaly",
    title="Sensor anomalies",
    use_case="anomaly",
    says="With few labels and little time to answer, light classical models are the practical choice.",
    favours="classical",
    modality="series",
    load=sensors,
    judge=judge,
    contestants=("series_iforest", "series_robust", "series_autoencoder", "series_codes_forest"),
    plan=Plan(budget_seconds=30.0, folds=5, repeats=1, fixed_folds=True),
    limits={"latency_ms": use_case_rules.REAL_TIME_MS, "labels": 0},
    about="3,151 windows of humidity and temperature from four sensors, 26 of them odd. Nobody sees a label. The "
    "document counts autoencoders among the light classical models; they are networks trained by gradient, so here "
    "they are labelled deep.",
    rule="equal skill is enough for the classical side, but the latency limit is hard: who answers too late "
    "cannot hold.",
    own_data="any series on the Compare page; without labels anomalies are planted to score by",
    study=study,
)
