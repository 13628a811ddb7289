"""Parts of use cases and short contests on embedded data, each as a contest of its own."""

from __future__ import annotations

from dataclasses import asdict

from core import registry
from core.judging import contest_parts
from core.schema import Comparison, Contest, Plan, Task

TASK = Task("y", "classification", "binary")


def part(name, modality=None):
    runs = [
        {"contestant": f"toy_{family}", "title": family, "family": family, "skill": [5.0, 6.0, 7.0], "trouble": None,
         "facts": {"kind": "HOG, colour and grey levels", "head": "support vector machine", "components": 9}
         if family == "classical" else {"kind": "residual convolutional network"}}
        for family in ("deep", "classical")
    ]  # fmt: skip
    told = Comparison("skill", "toy_deep", "toy_classical", 5.0, 2.0, 8.0, 0.99, 0.005, 0.005, 5, "toy_deep")
    facts = {"name": name, "rows": 300} | ({"modality": modality} if modality else {})
    return {"title": f"{name}, short", "dataset": facts, "digest": name, "runs": runs, "comparisons": [asdict(told)]}


def played(name="churn", parts=(), sample_contests=()):
    return Contest(
        "c",
        "d",
        {"modality": "table", "name": name},
        TASK,
        Plan(),
        parts=parts,
        sample_contests=sample_contests,
        regime="1,500 rows",
    )


def test_short_contests_count_unless_their_data_were_played_in_full():
    contest = played(sample_contests=[part("digits", "image"), part("spam", "text")])
    assert [one.dataset["modality"] for one in contest_parts.short_contests([contest])] == ["image", "text"]
    assert [one.dataset["name"] for one in contest_parts.short_contests([contest, played("digits")])] == ["spam"]
    assert len(contest_parts.all_contests([contest])) == 1, "defaults are not judged on short contests"


def test_a_part_without_a_modality_has_that_of_its_contest_and_a_broken_one_is_left_out():
    contest = played(parts=[part("other"), {"title": "broken"}])
    found = contest_parts.all_contests([contest])
    assert [one.dataset["modality"] for one in found] == ["table", "table"]
    assert found[1].regime == "other, short: 1,500 rows"


def test_the_row_of_modalities_is_filled_from_short_contests_with_the_steps_of_each_pipeline():
    claim = registry.find("claims", "modality_support")
    verdict = claim.judge(claim, [played(sample_contests=[part("digits", "image")])])
    assert verdict.outcome == "supported" and "image" in verdict.because
    cells = {(one["modality"], one["family"]): one for one in verdict.evidence["matrix"]}
    assert cells["image", "deep"]["steps"] == ["residual convolutional network"]
    assert cells["image", "classical"]["steps"] == [
        "HOG", "colour", "grey levels", "principal components", "support vector machine",
    ]  # fmt: skip
