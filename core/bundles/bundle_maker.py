"""Makes a bundle: the model, what it was trained on, what to expect of it, and a runner, in one zip."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from core import registry
from core.arena import planning
from core.arena.prepared_contest import package_versions
from core.bundles import bundle_file, expectation, graph_export, model_card, runtime_sources
from core.bundles.input_schema import describe_inputs
from core.bundles.retrain import Retrained, retrain
from core.schema import (
    Contest,
    Dataset,
    Fit,
    JsonObject,
    LoadError,
    Plan,
    Progress,
    ProgressCallback,
    Task,
    check_cancelled,
)
from core.states.code_references import CodeReferenceError
from core.states.state_encoder import encode_state
from core.storage.json_codec import to_plain

RUNNER = Path(__file__).with_name("standalone_runner.py")
SERVICE = Path(__file__).with_name("standalone_service.py")
PYTHON = "3.12"
OWN_DATA = "yours to know; Crossover was not told"
GRAPH_FILE = "model.onnx"


def make_bundle(
    dataset: Dataset,
    task: Task,
    plan: Plan,
    key: str,
    path: Path,
    on_progress: ProgressCallback,
    earlier: Sequence[Fit] = (),
) -> JsonObject:
    """Fits a contestant on all rows and writes its bundle.

    Args:
        dataset: as it was read. task, plan: of the contest. key: of the contestant. path: of the new zip.
        on_progress: called with each step. earlier: its folds in the contest it comes from, which
            then stand as its expectation.

    Returns:
        What stands in card.json, with the digest of the bundle.

    Raises:
        LoadError: the contestant could not be fitted or written down. Cancelled: from ``on_progress``.
    """
    done = retrain(dataset, task, plan, key, on_progress)
    on_progress(Progress("bundle", message="writing the model down"))
    check_cancelled(on_progress)
    members, card = bundle_members(done, earlier)
    check_cancelled(on_progress)
    return {**card, "bundle": bundle_file.write_bundle(members, path)}


def bundle_contest(
    contest: Contest, dataset: Dataset, key: str, path: Path, on_progress: ProgressCallback
) -> JsonObject:
    """Fits a contestant of a finished contest on all rows, under the contest's own plan, and writes its bundle.

    Args:
        contest: with the folds that stand as its expectation. dataset: the data it was played on. key, path,
            on_progress: as in ``make_bundle``.

    Returns:
        As ``make_bundle``.

    Raises:
        LoadError: the contestant took no part, or could not be fitted. Cancelled: from ``on_progress``.
    """
    run = next((one for one in contest.runs if one.contestant == key), None)
    if run is None or run.error:
        raise LoadError("This model took no part in the contest.")
    plan = replace(planning.refit_plan(contest.requested or contest.plan), measure=(), explain=False)
    plan = replace(plan, contestants=tuple(one.contestant for one in contest.runs if not one.error))
    fits = tuple(fit for fit in run.fits if not fit.error)
    return make_bundle(dataset, contest.task, plan, key, path, on_progress, fits)


def bundle_members(done: Retrained, earlier: Sequence[Fit] = ()) -> tuple[dict[str, bytes], JsonObject]:
    """Everything that goes into a bundle.

    Args:
        done: the contestant, fitted on all rows. earlier: its folds in the contest it comes from.

    Returns:
        (member -> bytes, what stands in card.json).

    Raises:
        LoadError: a part of the model cannot be written down.
    """
    prepared = done.prepared
    try:
        state, encoders = encode_state(done.model)
    except CodeReferenceError as error:
        raise LoadError(f"{done.contestant.title} cannot be bundled: {error}.", prepared.dataset.name) from error
    graph = graph_export.bundled_graph(done.model, prepared.dataset.inputs, prepared.task.form)
    needed = runtime_sources.modules_named(graph.ends if graph.graph else state)
    packages = runtime_sources.packages_of(needed)
    needs = ["numpy", *(["onnxruntime"] if graph.graph else []), *packages]
    sure = expectation.uncertainty_facts(done)
    schema = describe_inputs(prepared.original, prepared.dataset, prepared.task).to_json()
    card = _card(done, earlier)
    card |= {"needs": needs, "encoders": _encoders(done, encoders), "graph": _graph_facts(graph)}
    members: dict[str, bytes] = {
        "card.json": _json(card),
        "schema.json": _json(schema),
        "uncertainty.json": _json(sure),
        "model.npz": state,
        "predict.py": RUNNER.read_bytes(),
        "service.py": SERVICE.read_bytes(),
        "requirements.txt": "".join(f"{name}\n" for name in needs).encode(),
        "Containerfile": _containerfile(needs).encode(),
        "MODEL_CARD.md": model_card.model_card(card, schema, sure).encode(),
        "LICENCES.txt": _licences(card).encode(),
        **runtime_sources.runtime_members(needed),
    }
    if graph.graph:
        members |= {GRAPH_FILE: graph.graph, "ends.npz": graph.ends}
    return members, card


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(to_plain(told, fallback=str), ensure_ascii=False, indent=1).encode()


def _graph_facts(graph: graph_export.BundledGraph) -> JsonObject:
    return {"there": bool(graph.graph), "largest_difference": graph.difference, "reason": graph.reason}


def _card(done: Retrained, earlier: Sequence[Fit]) -> JsonObject:
    prepared, contestant = done.prepared, done.contestant
    modality = registry.modality(prepared.dataset.modality)
    sample = next((one for one in modality.samples if one.key == prepared.original.origin.sample), None)
    fits = earlier or done.fits
    told = dict(done.model.describe())
    return {
        "title": contestant.title, "contestant": contestant.key, "family": contestant.family,
        "about": contestant.about, "reference": contestant.reference, "pretrained": contestant.pretrained,
        "task": asdict(prepared.task), "plan": asdict(prepared.plan), "digest": prepared.digest,
        "data": {
            "name": prepared.original.name, "source": prepared.original.source, "unit": modality.unit_noun,
            "licence": sample.licence if sample else OWN_DATA, "digest": prepared.description["digest"],
            "sample": prepared.original.origin.sample,
        },
        "rows_trained": len(prepared.dataset), "fit_seconds": done.seconds, "method": prepared.method,
        "expected": expectation.expected_scores(fits, prepared.folds), "interval_level": expectation.LEVEL,
        "expected_from": "the contest" if earlier else "folds fitted for the bundle",
        "same_as_contest": _repeats(done, earlier),
        "parameters": int(done.model.parameters), "settings": told.get("settings"),
        "notes": [str(note) for note in (told.get("notes") or ())],
        "preprocessing": {"warnings": list(prepared.dataset.warnings), "facts": _preprocessing(done)},
        "versions": package_versions(), "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip


def _repeats(done: Retrained, fits: Sequence[Fit]) -> bool | None:
    """Whether the folds gave the same skill as in the contest; None where none is in both."""
    earlier = {fit.fold: fit.skill for fit in fits if fit.skill is not None}
    both = [(fit.skill, earlier[fit.fold]) for fit in done.fits if fit.skill is not None and fit.fold in earlier]
    return all(abs(one - other) < 1e-6 for one, other in both) if both else None


def _preprocessing(done: Retrained) -> JsonObject:
    """How values become numbers, from the encoding of a table."""
    for holder in (done.model, getattr(done.model, "fitted", None)):
        for name in ("features", "encoding"):
            found = getattr(holder, name, None)
            if found is not None and hasattr(found, "column_names"):
                return {"encoding": type(found).__name__, "encoded_columns": len(found.column_names)}
    return {}


def _encoders(done: Retrained, named: Mapping[str, str]) -> list[JsonObject]:
    """The frozen networks that are not in the bundle, with the hashes of their weights or of their files."""
    from core.encoders import network_hashes

    found = dict(named)
    if done.contestant.encoder is not None:
        title = done.contestant.encoder.title
        found.setdefault(title, network_hashes.network_hash(title))
    return [{"network": title, "sha256": digest} for title, digest in found.items()]


def _containerfile(needs: list[str]) -> str:
    return "\n".join(
        (
            f"FROM docker.io/library/python:{PYTHON}-slim",
            "RUN useradd --create-home runner",
            "WORKDIR /model",
            "COPY requirements.txt .",
            "RUN pip install --no-cache-dir -r requirements.txt",
            "COPY . .",
            "USER runner",
            "EXPOSE 8000",
            'CMD ["python", "predict.py", "--serve", "8000", "--host", "0.0.0.0"]',
            f"# Needs {', '.join(needs)}; publish the port on loopback only: -p 127.0.0.1:8000:8000",
            "",
        )
    )


def _licences(card: JsonObject) -> str:
    lines = [
        f"Data: {card['data']['name']}: {card['data']['licence']}",
        "Runner and runtime folder: Crossover, see its LICENSE.",
        *(f"Frozen network, not included: {one['network']}" for one in card["encoders"]),
        *(f"Needs, not included: {name}" for name in card["needs"]),
        "",
    ]
    return "\n".join(lines)
