"""Wire: what is written comes back the same, NaN is null between, and what does not fit is refused by place."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from core.schema import Comparison, Contest, DisplayRows, Finding, Fit, MeasurementResult, Plan, Progress, Run, Task
from core.storage import json_codec


def contest(**changes) -> Contest:
    fit = Fit(
        0,
        "abc",
        {"auc": 0.9, "log_loss": math.nan},
        skill=12.5,
        history=((0.1, None, 0.5), (0.2, 0.3, None)),
        predictions=np.array([[0.25, 0.75], [math.nan, math.inf]]),
    )
    run = Run(
        "dummy",
        "Dummy",
        "chance",
        fits=(fit,),
        readings={"latency_p50": MeasurementResult((1.0, 2.0), {"n": np.int64(3)})},
    )
    given = {
        "id": "0" * 32,
        "digest": "d",
        "dataset": {"name": "älpha <b>", "rows": np.int64(5), "columns": ("a", "b")},
        "task": Task("y", "classification", "binary", drop=("id",)),
        "plan": Plan(contestants=("dummy",), measure=("size",)),
        "runs": (run,),
        "comparisons": (
            Comparison("skill", "a", "b", 1.0, 0.5, 1.5, 0.9, 0.1, 0.0, 10, "a", differences=(1.0, math.nan)),
        ),
        "findings": (Finding("leak", "danger", "y is in the columns", ("a",)),),
        "rows": DisplayRows(values=(("0", "1"), ("2", "3"))),
    }
    return Contest(**(given | changes))


def test_a_contest_comes_back_the_same():
    back = json_codec.loads(json_codec.dumps(contest()))
    assert back.task == contest().task
    assert back.plan == contest().plan
    assert back.findings == contest().findings
    fit = back.runs[0].fits[0]
    assert fit.history == ((0.1, None, 0.5), (0.2, 0.3, None))
    assert math.isnan(fit.scores["log_loss"])
    assert fit.predictions == [[0.25, 0.75], [None, None]]
    assert back.runs[0].readings["latency_p50"] == MeasurementResult((1.0, 2.0), {"n": 3})
    assert math.isnan(back.comparisons[0].differences[1])
    assert back.rows.values == (("0", "1"), ("2", "3"))
    assert json_codec.dumps(back) == json_codec.dumps(json_codec.loads(json_codec.dumps(back)))


def test_the_text_is_strict_json():
    text = json_codec.dumps(contest())
    assert "NaN" not in text
    assert "Infinity" not in text
    assert json.loads(text)["dataset"]["name"] == "älpha <b>"


def test_unknown_keys_are_passed_over_and_defaults_fill_in():
    data = json.loads(json_codec.dumps(contest())) | {"later": {"a": 1}}
    del data["findings"]
    assert json_codec.loads(json.dumps(data)).findings == ()


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("task", "kind"), "witchcraft", "task.kind"),
        (("id",), 5, "id"),
        (("plan", "folds"), "5", "plan.folds"),
        (("plan", "folds"), True, "plan.folds"),
        (("runs",), {}, "runs"),
        (("dataset",), [], "dataset"),
        (("runs", 0, "fits", 0, "skill"), "high", "runs\\[0\\].fits\\[0\\].skill"),
    ],
)
def test_what_does_not_fit_is_refused_by_place(path, value, place):
    data = json.loads(json_codec.dumps(contest()))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(json_codec.CodecError, match=place):
        json_codec.loads(json.dumps(data))


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", "5", "[" * 100_000, '{"id": NaN}'])
def test_hostile_text_is_refused(text):
    with pytest.raises(json_codec.CodecError):
        json_codec.loads(text)


def test_other_nouns_travel_too():
    news = Progress("fit", 1, 2, "dummy", 0, 0.5)
    assert json_codec.from_json(Progress, json_codec.dumps(news)) == news
    with pytest.raises(TypeError, match="object"):
        json_codec.to_plain(object())


def test_fields_keep_the_keys_that_saved_runs_have():
    run = Run("dummy", "Dummy", "chance", fits=(Fit(0, "a", error="nan"),), error="lost")
    study, part, sample = {"sections": []}, {"title": "b"}, {"title": "c"}
    full = contest(runs=(run,), parts=(part,), study=study, sample_contests=(sample,), error="cancelled")
    data = json.loads(json_codec.dumps(full))
    assert (data["trouble"], data["runs"][0]["trouble"]) == ("cancelled", "lost")
    assert data["runs"][0]["fits"][0]["trouble"] == "nan"
    assert data["rows"] == {"values": [["0", "1"], ["2", "3"]], "parts": [part], "study": study, "samples": [sample]}
    assert not {"error", "parts", "study", "sample_contests"} & set(data)
    back = json_codec.loads(json.dumps(data))
    assert (back.error, back.parts, back.study, back.sample_contests) == ("cancelled", (part,), study, (sample,))
    assert back.rows == DisplayRows(values=(("0", "1"), ("2", "3"))) and back.runs[0].fits[0].error == "nan"
    assert set(json.loads(json_codec.dumps(contest()))["rows"]) == {"values"}
    assert json.loads(json_codec.dumps(Progress("fit", 1, 2)))["of"] == 2


def test_what_has_no_plain_form_is_refused_or_falls_back():
    with pytest.raises(TypeError, match="object has no plain form"):
        json_codec.to_plain({"a": [object()]})
    assert json_codec.to_plain({"a": [object(), math.nan]}, fallback=lambda value: "other") == {"a": ["other", None]}


def test_plans_saved_before_small_classes_were_joined_keep_opening():
    stored = {key: value for key, value in json_codec.to_plain(Plan(seed=3)).items() if key != "small_classes"}
    assert json_codec.from_plain(Plan, stored) == Plan(seed=3)
