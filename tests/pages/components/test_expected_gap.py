"""The panel before training: one line while the evidence knows no better, else the gap, the odds and the nearest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.atlas import atlas_summary
from core.schema import Contest, Plan, Task
from pages.backend.evidence import expected_gaps, shipped_evidence
from pages.backend.evidence.shipped_evidence import ShippedEvidence
from pages.components import expected_gap
from tests.atlas.test_data_prior import made

CARD = {
    "name": "Set_3.csv", "modality": "table", "rows": 900, "cols": 3, "labels": ["no", "yes"],
    "columns": [{"name": "y", "type": "categorical"}, {"name": "a", "type": "numeric", "missing": 0}],
}  # fmt: skip
TASK = Task("y", "classification", "binary")


def _before(card: object, task: object, plan: object) -> None:
    from pages.components import expected_gap

    expected_gap.draw_before(card, task, plan)  # type: ignore[arg-type]


def words() -> str:
    app = AppTest.from_function(_before, kwargs={"card": CARD, "task": TASK, "plan": Plan()}, default_timeout=60).run()
    assert not app.exception
    return "\n".join(str(block.value) for kind in ("markdown", "text") for block in app.get(kind))


@pytest.fixture
def ample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shipped evidence of sixty made data sets, on which facts tell much."""
    summary = atlas_summary.summarize({}, "made")
    evidence = ShippedEvidence(replace(summary, prior=tuple(made(60, np.random.default_rng(1)))))
    monkeypatch.setattr(shipped_evidence, "load_evidence", lambda: evidence)


def test_too_few_data_sets_are_said_to_know_no_better_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(atlas_summary.summarize({}, "few"), prior=tuple(made(4, np.random.default_rng(1))))
    monkeypatch.setattr(shipped_evidence, "load_evidence", lambda: ShippedEvidence(few))
    assert words() == "The shipped evidence knows no better than the default: 4 shipped data sets; it takes 20."
    monkeypatch.setattr(shipped_evidence, "load_evidence", lambda: ShippedEvidence(None, "damaged"))
    assert "0 shipped data sets" in words()


def test_an_expectation_names_gap_odds_time_and_the_nearest_without_itself(ample: None) -> None:
    said = words()
    assert "deep minus classical" in said and "90 % interval" in said and "Best on data like these: classical" in said
    assert "about 2 min of training, estimated" in said or "about 4 min of training, estimated" in said
    nearest = next(line for line in said.splitlines() if line.startswith("Nearest: "))
    assert nearest.count("(deep ") == 3 and "Set 3 " not in nearest


def _after(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.components import expected_gap

    expected_gap.draw_after(json_codec.loads(Path(path).read_text(encoding="utf-8")))


def test_a_result_says_whether_it_held(ample: None, contest: Contest) -> None:
    expected = expected_gaps.expect_for_contest(contest).expected
    assert expected is not None
    for gap, word in ((expected.deep.middle, "held"), (expected.deep.high + 1, "did not hold")):
        assert expected.deep.holds(gap) == (word == "held")
    assert expected_gap.describe_gap(expected.deep).startswith("Expected from shipped evidence: deep minus classical")
