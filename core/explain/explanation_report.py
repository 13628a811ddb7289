"""One contestant's explanation with everything needed to trust it, or not: the data of every explanation chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core import registry
from core.explain import maskers
from core.explain.agreement import attribution_gap, compare, importance, spearman
from core.explain.attribution import with_completeness
from core.explain.explanation_work import explanation_work, models_games
from core.explain.faithfulness import deletion_insertion_test, error_against_reference, reference_of_rows
from core.explain.ground_truth import check_completeness
from core.explain.lime import LimeQuestion, lime_report
from core.explain.shapley import Margin
from core.schema import Attribution, Dataset, Inputs, JsonObject, Model, Progress, ProgressCallback

GREEN, AMBER = 0.01, 0.1
REFEREE_SECONDS = 1.5
CHECKED_ROWS = 6
STABLE_SECONDS = 4.0
LIME_SECONDS = 1.0


class ExplainedInputs(NamedTuple):
    """What is explained: n rows, b rows that stand for absent parts, and the class explained of each row (n,)."""

    rows: Inputs
    background: Inputs
    outputs: np.ndarray | None


class ExplainingWork(NamedTuple):
    """share: of the usual work of judging an explanation, below 1 in a short contest. item_seconds: reference seconds
    of explaining one item, as ``explanation_work`` counts them; None: they are counted when they are needed."""

    share: float = 1.0
    item_seconds: float | None = None


def explanation_report(
    model: Model,
    asked: Dataset,
    training: Dataset,
    outputs: np.ndarray | None,
    on_progress: ProgressCallback,
    *,
    refit: Callable[[int], Model] | None = None,
    work: ExplainingWork = ExplainingWork(),
) -> JsonObject:
    """Explains some rows natively, then judges that explanation: everything a page draws, as JSON-able lists.

    Args:
        model: a fitted contestant; its ``masker(rows, background)``, where it has one, is the game it plays.
        asked: n rows to explain. training: b training rows, the stand-ins of whatever is absent (the background).
        outputs: (n,) class explained per row for three or more classes.
        on_progress: where news goes.
        refit: seed -> the same contestant fitted again; gives the reseed floor, None leaves it out.
        work: how much of the usual judging is done, and what one item takes.

    Returns:
        lime: as ``lime_report`` tells it, over ``lime["parts"]`` (left out for models that declare a dear answer), and
        method, parts, values (n, parts), base (n), margin (n), outputs, global (parts), completeness_error, light
        (green, amber, red), method_error, referee {noise, rows, calls, seconds, method}, deletion and insertion
        (random 0, exact 1), stability {gap, spearman, row_spearman} of half the background against the other half
        (None for texts and slow explanations), the same for reseed (or None), seconds_per_row, and unfair, the usual
        method's {method, values, base, global, completeness_error, light} (or None). Networks on pictures add maps:
        {ig, gradcam, occlusion: lists n x H x W; note}. Forecasters add effects: of each covariate over the horizon.
    """
    news = Progress("explain", message="explaining answers")
    on_progress(news)
    kind, inputs = registry.modality(asked.modality), ExplainedInputs(asked.inputs, training.inputs, outputs)
    declared = getattr(model, "answer_seconds", None)
    # Counting opens libraries besides, so that the seconds a row which are shown count explaining only.
    item = explanation_work(model, asked, training, outputs) if work.item_seconds is None else work.item_seconds
    quick = declared is None and (kind.deletes_parts or item * len(asked) <= work.share * STABLE_SECONDS)
    native = check_completeness(model.explain(*inputs), model, inputs.rows, inputs.background)
    told = {**_as_json(native), "seconds_per_row": native.seconds_per_row, "stability": None, "reseed": None}
    margin, players = models_games(model, kind, inputs.rows, inputs.background)
    on_progress(replace(news, message="asking the referee"))
    told.update(_faithfulness(margin, players, native, inputs, declared, work.share))
    if not kind.deletes_parts and quick:
        on_progress(replace(news, message="explaining with another background"))
        told["stability"] = _stability(model, *inputs)
    told |= _maps(model, inputs._replace(outputs=native.outputs)) | _effects(model, inputs.rows, inputs.background)
    told["unfair"] = _common_explanation(model, native, inputs)
    if refit is not None:
        on_progress(replace(news, message="explaining the same contestant under another seed"))
        told["reseed"] = _reseed_similarity(refit(1), native, inputs, quick)
    return told


def traffic_light(error: float | None) -> str:
    """The rating of a completeness error.

    Args:
        error: as a share of the margins' standard deviation, or None.

    Returns:
        "green" below .01, "amber" below .1, else "red".
    """
    if error is None or not np.isfinite(error):
        return "red"
    return "green" if error < GREEN else "amber" if error < AMBER else "red"


def _faithfulness(
    margin: Margin,
    games: dict[tuple[str, ...], maskers.Masker],
    native: Attribution,
    asked: ExplainedInputs,
    answer_seconds: float | None,
    share: float,
) -> JsonObject:
    fitting = [names for names in games if set(native.parts) <= set(names)]
    if not fitting:
        why = "the explanation's parts are not the players of a game the referee knows"
        return {"method_error": None, "referee": {"reason": why}, "deletion": None, "insertion": None}
    names = fitting[0]
    game, outputs = games[names], asked.outputs
    values = np.zeros((len(native.values), len(names)))
    values[:, [names.index(part) for part in native.parts]] = native.values
    shares = reference_of_rows(margin, game, outputs, share * REFEREE_SECONDS, answer_seconds)
    found = error_against_reference(*shares, values)
    checked = deletion_insertion_test(margin, game, values, shares, outputs, CHECKED_ROWS)
    question = LimeQuestion(margin, game, outputs, asked.rows, asked.background)
    told = {} if answer_seconds is not None else {"lime": lime_report(question, shares, share * LIME_SECONDS)}
    return {
        **told,
        "method_error": found.pop("error"),
        "referee": found,
        "deletion": checked["deletion"],
        "insertion": checked["insertion"],
    }


def _stability(model: Model, rows: Inputs, background: Inputs, outputs: np.ndarray | None) -> JsonObject | None:
    half = len(background) // 2 if not isinstance(background, dict) else len(next(iter(background.values()))) // 2
    if half < 2:
        return None
    some = slice(0, CHECKED_ROWS)
    asked, wanted = _take(rows, some), None if outputs is None else outputs[some]
    one = model.explain(asked, _take(background, slice(0, half)), wanted)
    other = model.explain(asked, _take(background, slice(half, 2 * half)), wanted)
    return _similarity(one, other)


def _maps(model: Model, asked: ExplainedInputs) -> JsonObject:
    """Gradient maps, where the model is a network on pictures that draws them."""
    draw = getattr(model, "maps", None)
    return {} if draw is None else {"maps": draw(*asked)}


def _effects(model: Model, rows: Inputs, background: Inputs) -> JsonObject:
    """What covariates do over the horizon, where the model is a forecaster."""
    draw = getattr(model, "covariate_effects", None)
    return {} if draw is None else {"effects": draw(rows, background)}


def _reseed_similarity(again: Model, native: Attribution, asked: ExplainedInputs, quick: bool) -> JsonObject:
    """The likeness of another seed's explanation, on fewer rows where explaining is slow."""
    rows, background, outputs = asked
    if not quick:
        some = slice(0, CHECKED_ROWS)
        rows, outputs = _take(rows, some), None if outputs is None else outputs[some]
        native = replace(native, values=native.values[some])
    return _similarity(native, check_completeness(again.explain(rows, background, outputs), again, rows, background))


def _similarity(one: Attribution, other: Attribution) -> JsonObject:
    from core.explain.agreement import align_parts

    left, right, _ = align_parts(one.values, one.parts, other.values, other.parts)
    return {
        "gap": attribution_gap(left, right),
        "spearman": spearman(importance(left), importance(right)),
        "row_spearman": compare(left, right)["row_spearman"],
    }


def _common_explanation(model: Model, native: Attribution, asked: ExplainedInputs) -> JsonObject | None:
    """What the usual, unfair method says, held to the fair game's base: its error is what it gets wrong."""
    usual = getattr(model, "common_explanation", None)
    if usual is None:
        return None
    found = usual(*asked)
    if found is None:
        return None
    values = np.zeros_like(native.values)
    place = {part: i for i, part in enumerate(native.parts)}
    values[:, [place[part] for part in found.parts]] = found.values
    held = with_completeness(replace(native, values=values, method=found.method))
    return {key: value for key, value in _as_json(held).items() if key not in ("parts", "margin", "outputs")}


def _as_json(found: Attribution) -> JsonObject:
    error = found.completeness_error
    finite = error is not None and np.isfinite(error)
    return {
        "method": found.method,
        "parts": list(found.parts),
        "values": found.values.tolist(),
        "base": found.base_value.tolist(),
        "margin": None if found.margin is None else found.margin.tolist(),
        "outputs": None if found.outputs is None else [int(i) for i in found.outputs],
        "global": importance(found.values).tolist(),
        "completeness_error": float(error) if finite and error is not None else None,
        "light": traffic_light(error),
    }


def _take(inputs: Inputs, part: slice) -> Inputs:
    if hasattr(inputs, "iloc"):
        return inputs.iloc[part]
    if isinstance(inputs, dict):
        return {name: values[part] for name, values in inputs.items()}
    return inputs[part]
