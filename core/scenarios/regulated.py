"""Use D: whether a credit holder will miss the next payment, with reasons, recourse and directions to hold to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation import refitting
from core.explain import counterfactuals
from core.judging import chance_level, study_fits, use_case_rules, votes
from core.schema import (
    Contest,
    Dataset,
    Facts,
    JsonObject,
    MeasurementResult,
    Outcome,
    Plan,
    ProgressCallback,
    Scenario,
    Task,
    Verdict,
)

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1_500
TARGET = "default_next_month"
SENSITIVE = ("SEX", "AGE")
FIXED = ("SEX", "AGE", "EDUCATION", "MARRIAGE")
LATE = tuple(f"PAY_{month}" for month in (0, 2, 3, 4, 5, 6))
PAID = tuple(f"PAY_AMT{month}" for month in range(1, 7))
# What a credit officer would insist on: more months late never lowers the risk; more paid or a higher limit never
# raises it.
DIRECTIONS = {**dict.fromkeys(LATE, 1), **dict.fromkeys(PAID, -1), "LIMIT_BAL": -1}
MARGIN_ITEMS = 1
PERSONS = 100


def credit(seed: int) -> tuple[Dataset, Task]:
    """Credit card accounts with the declared direction of thirteen columns among the data's facts."""
    dataset = use_case_rules.find_sample("table", "credit_default").load()
    column = dataset.inputs[TARGET].to_numpy()
    codes = np.array([int(float(value)) for value in column], dtype=np.int64)
    draw = np.random.default_rng((seed, len(codes)))
    parts = [draw.permutation(np.flatnonzero(codes == code)) for code in (0, 1)]
    rows = np.sort(np.concatenate([part[: round(ROWS * len(part) / len(codes))] for part in parts]))
    facts = {**dataset.facts, "directions": DIRECTIONS, "form": "binary", "target": TARGET}
    columns = tuple(one for one in dataset.columns if one.name != TARGET)
    inputs = dataset.inputs.drop(columns=[TARGET])
    ready = replace(dataset, inputs=inputs, target=codes, labels=("pays", "misses"), columns=columns, facts=facts)
    return ready.take(rows), use_case_rules.make_task(TARGET, "binary", positive="misses")


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Evidence first, skill second, because the document speaks of explaining and auditing, not of accuracy.

    Of the audit items measured for both sides: supported when the classical side passes at least two more and is not
    worse on skill beyond the margin at 95 %. Contradicted when the deep side passes at least two more, or is better
    on skill at 95 % while the classical side is not two ahead. Within one item otherwise: tied. Ahead in evidence but
    worse on skill: undecided. It counts evidence and never says that anything complies with a law.
    """
    part = use_case_rules.parts_of(contest)[0]
    found = use_case_rules.family_comparison(part["families"], part["comparisons"], "classical", "deep")
    readings = votes.family_readings(contest, "regulatory")
    if found is None or not {"classical", "deep"} <= set(readings):
        why = "Not measured: the evidence of a classical and of a deep contestant, and their skill, are needed."
        return Verdict(scenario.key, "not measured", why, contest.regime, button="play")
    passed = {family: _passed(readings[family]) for family in ("classical", "deep")}
    shared = set(passed["classical"]) & set(passed["deep"])
    counts = {family: sum(items[key] for key in shared) for family, items in passed.items()}
    ahead, skill = counts["classical"] - counts["deep"], use_case_rules.outcome_of(found, equal_counts=True)
    outcome = decide(ahead, skill)
    because = (
        f"Of {len(shared)} items of evidence measured for both, classical passes {counts['classical']} and deep "
        f"{counts['deep']}; classical stands {use_case_rules.lead_in_points(found)} against deep. "
        "Evidence, not compliance."
    )
    evidence = {"passed": counts, "items": len(shared), "by_contestant": _evidence_counts(contest)}
    return Verdict(scenario.key, outcome, because, contest.regime, evidence=evidence)


def decide(ahead: int, skill: Outcome) -> Outcome:
    """The rule of ``judge``. ahead: items of evidence; skill: whether classical is at least not worse."""
    if ahead < -MARGIN_ITEMS:
        return "contradicted"
    if ahead > MARGIN_ITEMS:
        return "undecided" if skill == "contradicted" else "supported"
    return "contradicted" if skill == "contradicted" else "tied"


def _passed(reading: MeasurementResult) -> dict[str, bool]:
    items = reading.detail.get("items", ())
    return {str(item["key"]): bool(item["passed"]) for item in items if item.get("passed") is not None}


def _evidence_counts(contest: Contest) -> dict[str, list[int]]:
    """Title -> [items passed, items measured] of every contestant."""
    found = {}
    for run in contest.runs:
        reading = votes.reading_of(run, "regulatory")
        if reading is not None:
            items = _passed(reading)
            found[run.title] = [sum(items.values()), len(items)]
    return found


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> Facts:
    """One person contests the decision: reasons and recourse by every model, and whose directions break."""
    dataset, task = credit(seed)
    cut = refitting.folds(dataset, task, 5, seed)[0]
    bench = study_fits.fit_study_models(contest, cut, task, 20.0, on_progress)
    asked, known = cut.test.inputs, cut.train.inputs
    answers = {who.key: np.asarray(who.model.predict(asked))[:, 1] for who in bench.models}
    if not answers:
        told = [{"title": "No model", "family": "chance", "text": f"Nobody could be fitted.{bench.note}"}]
        return {"sections": [use_case_rules.study_section("Find counterfactual", "text", "", rows=told)]}
    row = counterfactuals.borderline_row(np.stack(list(answers.values())))
    person = asked.iloc[[row]].reset_index(drop=True)
    background = known.iloc[np.random.default_rng(seed).permutation(len(known))[:60]].reset_index(drop=True)
    reasons, ways = [], []
    for who in bench.models:
        risk = float(answers[who.key][row])
        reasons.append(
            [who.title, who.family, _percent(risk), *counterfactuals.main_reasons(who.model, person, background)]
        )
        ways.append(
            [who.title, who.family, *_recourse(counterfactuals.counterfactual(who.model, person, known, FIXED))]
        )
    shown = [[str(name), counterfactuals.format_cell(person[name].iloc[0])] for name in person.columns]
    truth = dataset.labels[int(np.asarray(cut.test.target)[row])]
    return {
        "sections": [
            use_case_rules.study_section(
                "Find counterfactual: the person", "table",
                f"Of the test rows the account that most models refuse, by the least margin. In truth it {truth}. "
                f"{bench.note}", columns=["column", "value"], rows=shown,
            ),
            use_case_rules.study_section(
                "The four principal reasons", "table",
                "What pushes this person's risk up most against 60 training rows, in log-odds, by each model's own "
                "explanation. A credit law asks for the specific principal reasons.",
                columns=["contestant", "family", "risk", *(f"reason {place}" for place in range(1, 5))], rows=reasons,
            ),
            use_case_rules.study_section(
                "What would have changed it", "table",
                "The smallest change of one column, else of two, that turns the answer, found by greedy search over "
                "values of the training rows; sex, age, education and marriage stay. The size is the share of training "
                "rows passed over, added up. A search of the model, not advice about the world.",
                columns=["contestant", "family", "answer", "change", "size", "risk after"], rows=ways,
            ),
            direction_section(bench, cut.test, known, on_progress),
        ]
    }  # fmt: skip


def direction_section(
    study_models: study_fits.StudyModels, test: Dataset, known: pd.DataFrame, on_progress: ProgressCallback
) -> JsonObject:
    """How often each model moves the risk against a declared direction."""
    frame = study_fits.subsample(test, PERSONS).inputs
    rows = []
    for who in study_models.models:
        broken = {
            name: counterfactuals.monotonicity_violations(who.model, frame, known, name, way)
            for name, way in DIRECTIONS.items()
        }
        worst = max(broken, key=lambda name: broken[name])
        count = sum(share > 0 for share in broken.values())
        named = f"{worst} ({_percent(broken[worst])} of persons)" if count else "none"
        rows.append(
            [who.title, who.family, f"{count} of {len(broken)}", _percent(float(np.mean([*broken.values()]))), named]
        )
    return use_case_rules.study_section(
        "Directions broken", "table",
        f"Each of {len(DIRECTIONS)} columns with a declared direction is walked through nine values of the training "
        f"rows for {len(frame)} persons; a step against the direction by more than 0.1 points of risk breaks it.",
        columns=["contestant", "family", "columns broken", "mean share of persons", "worst"], rows=rows,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _recourse(found: counterfactuals.Counterfactual) -> list[str]:
    changes = "; ".join(f"{name}: {old} to {new}" for name, old, new in found.changes)
    if not found.flips:
        return [found.decision, "no change of one or two columns turns it", "none", _percent(found.risk)]
    return [found.decision, changes, f"{100 * found.size:.0f} %", _percent(found.risk)]


SCENARIO = Scenario(
    key="regulated",
    title="Credit decisions under audit",
    use_case="regulated",
    says="Where each decision must be explained and audited, the transparency of classical models is called a must.",
    favours="classical",
    modality="table",
    load=credit,
    judge=judge,
    contestants=("table_linear", "table_additive", "table_monotone", "table_xgboost", "table_deep"),
    plan=Plan(
        budget_seconds=30.0, folds=5, repeats=1, fixed_folds=True, measure=("regulatory",),
        sensitive=SENSITIVE,
    ),
    limits={"sensitive": list(SENSITIVE), "evidence": "regulatory"},
    about="1,500 of 15,000 credit card accounts in Taiwan. Sex and age are declared sensitive. Linear, additive, "
    "monotone and free boosted trees meet a network, judged by the audit's evidence and by skill.",
    rule="evidence first: the classical side holds if it passes at least two more items of the audit than the "
    "network and is not worse on skill by more than a point; two fewer items, or worse skill without that "
    "lead, contradicts it.",
    own_data="a table with a yes-or-no decision on the Compare page, with its sensitive columns declared",
    study=study,
)  # fmt: skip
