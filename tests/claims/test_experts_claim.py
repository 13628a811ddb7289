"""The sentence on mixtures of experts: a claim that a level dense network refutes."""

from __future__ import annotations

import pytest

from core import document, registry
from core.schema import Contest, MeasurementResult, Plan, Run, Task, Verdict


def played(*gaps: float) -> Contest:
    """A contest on pictures in which the designs were measured with these gains of the experts."""
    detail = {"pairs": [{"key": "experts", "title": "experts", "gaps": list(gaps)}], "rho": 0.25}
    reading = {"design_ablation": MeasurementResult((1.0,), detail)} if gaps else {}
    runs = (Run("image_deep", "Network", "deep", readings=reading), Run("image_hog", "HOG", "classical"))
    facts = {"name": "digits", "modality": "image", "digest": "d", "rows": 100, "rows_used": 100, "target": "class"}
    return Contest("c", "d", facts, Task("class", "classification", "multiclass"), Plan(), runs, regime="toy regime")


def judged(*gaps: float) -> Verdict:
    claim = registry.find("claims", "experts")
    found = claim.judge(claim, [played(*gaps)])
    assert isinstance(found, Verdict)
    return found


@pytest.mark.parametrize(
    ("gaps", "outcome"),
    [
        ((4.0, 4.2, 3.9, 4.1, 4.0), "supported"),
        ((-4.0, -4.2, -3.9, -4.1, -4.0), "contradicted"),
        ((0.0, 0.1, -0.1, 0.1, 0.0), "contradicted"),
        ((5.0, -6.0, 2.0, -3.0, 4.0), "undecided"),
        ((), "not measured"),
    ],
)
def test_experts_must_be_better_for_the_same_work(gaps: tuple[float, ...], outcome: str) -> None:
    assert judged(*gaps).outcome == outcome


def test_the_sentence_names_the_claim_and_no_longer_asks_for_another_machine() -> None:
    (sentence,) = [one for one in document.load().sentences if one.claim == "experts"]
    assert "experts" in sentence.says and "beyond" not in sentence.falsified_by
