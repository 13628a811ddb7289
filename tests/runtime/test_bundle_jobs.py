"""A finished contest's model is bundled and predicts an uploaded file, as jobs of the browser that owns the run."""

from __future__ import annotations

import io

import pytest

from core import arena
from core.evaluation import tasks
from core.runtime import bundle_jobs, job_runner, jobs, run_history
from core.schema import LoadError, Plan
from core.storage import dataset_store, json_codec, paths
from tests.bundles.toy_bundles import mixed_table


def done(store, dataset, plan, kind, **extra):
    """A job from its submission to its end."""
    id = jobs.submit(dataset, None, plan, "me", kind, **extra)
    assert store.take_next()["id"] == id
    job_runner.run_job(id, job_runner.JOB_FUNCTIONS)
    return id, jobs.get_state(id, "me")


def test_a_model_is_bundled_and_predicts_an_upload(store, tmp_path):
    table = mixed_table(120)
    parcel = dataset_store.save(table, tmp_path / "upload")
    task = tasks.infer_task(table, "answer")
    plan = Plan(contestants=("table_linear",), budget_seconds=5, folds=3, fixed_folds=True, explain=False)
    contest = arena.tournament(table, task, plan, worker_mode="inline", on_progress=lambda news: None)
    first = jobs.submit(parcel, task, plan, "me", "contest")
    store.take_next()
    (paths.runs_folder() / first / "result.json").write_text(json_codec.dumps(contest))
    store.finish(first, "finished", "")
    id, state = done(store, parcel, plan, "bundle", run=first, contestant="table_linear")
    assert state["state"] == "finished", state["reason"]
    card = bundle_jobs.read_outcome(id, "me", bundle_jobs.CARD)
    assert card["expected_from"] == "the contest" and card["same_as_contest"] is True
    held = bundle_jobs.hold_file(io.BytesIO(table.inputs.drop(columns="answer").to_csv(index=False).encode()))
    guess, state = done(store, None, plan, "predict", bundle=id, file=held, name="new.csv", reasons=5)
    assert state["state"] == "finished", state["reason"]
    told = bundle_jobs.read_outcome(guess, "me", bundle_jobs.TOLD)
    assert told["rows"] == 120 and told["preview"][0]["reasons"] and not bundle_jobs.held_file(held).exists()
    assert {row["id"] for row in run_history.list_runs("me")} == {first}
    with pytest.raises(LoadError):
        bundle_jobs.model_file(id, "somebody else")
    held = bundle_jobs.hold_file(io.BytesIO(b"no table"))
    _, state = done(store, None, plan, "predict", bundle=id, file=held, name="new.csv")
    assert state["state"] == "failed" and "Traceback" not in state["reason"]


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "0" * 31])
def test_uploads_have_names_that_lead_nowhere_else(store, id):
    with pytest.raises(LoadError):
        bundle_jobs.held_file(id)
