"""The evidence list: each measured item can pass and fail, nothing is silently missing, the audit is plain data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core import audit, registry
from core.audit import checks
from core.schema import Attribution, Fit, MeasurementContext
from tests import toys


class Open(toys.Logistic):
    """A logistic regression that explains itself exactly."""

    def explain(self, inputs, background, outputs=None):
        weights = self.learner.coef_[0]
        rows, base = self._read(inputs), self._read(background)
        values = weights * (rows - base.mean(axis=0))
        start = float(base.mean(axis=0) @ weights + self.learner.intercept_[0])
        return Attribution(tuple(self.names), values, np.full(len(rows), start), "by hand", completeness_error=0.0)


def open_fit(train, valid, task, budget, tell):
    return Open(train)


def subject(fit=open_fit, context=None, skills=(50.0, 52.0, 51.0, 49.0, 53.0)):
    made = toys.subject(toys.table(600), toys.contestant(fit), context=context)
    return replace(made, fits=tuple(Fit(k, "s", skill=skill) for k, skill in enumerate(skills)))


def by_key(items):
    return {item.key: item for item in items}


def test_a_readable_model_passes_what_it_should():
    items, papers = audit.collect_evidence(subject(context=MeasurementContext(sensitive=("c",), directions={"n0": 1})))
    found = by_key(items)
    for key in (
        "data_sheet",
        "better_than_chance",
        "completeness",
        "reason_codes",
        "deletion",
        "repeatable",
        "deferral",
    ):
        assert found[key].passed, (key, found[key].why)
    assert found["monotone"].passed and found["group_gaps"].passed is False
    assert len(items) == 22 and all(item.why or item.kind != "M" for item in items)
    assert json.loads(json.dumps(papers))["model_card"]["data"]["rows_trained"] == 360
    assert papers["groups"]["c"]["gaps"] and papers["reasons"][0]["reasons"][0]["part"] == "n0"
    assert all(fact["as_of"] for fact in papers["legal"])
    log = json.dumps(papers["prediction_log"])
    assert "input_sha256" in log and "n0" not in log


def test_a_person_must_speak():
    silent = by_key(audit.collect_evidence(subject())[0])
    spoken = by_key(audit.collect_evidence(subject(context=MeasurementContext(statements={"purpose": "to test"})))[0])
    assert not silent["purpose"].present and silent["purpose"].why == "missing" and spoken["purpose"].present
    assert silent["monotone"].passed is None and silent["group_gaps"].passed is None


def test_an_opaque_erratic_model_fails_and_says_why():
    drawn = np.random.default_rng(0)

    class Erratic(toys.Logistic):
        def __init__(self, train):
            super().__init__(train)
            self.noise = float(drawn.normal())

        def predict(self, inputs):
            lean = self._read(inputs) @ np.array([self.noise, 1.0, -1.0])
            return np.column_stack([lean < 0, lean >= 0]) * 0.98 + 0.01

        def explain(self, inputs, background, outputs=None):
            raise NotImplementedError

    items, _ = audit.collect_evidence(subject(lambda train, *rest: Erratic(train), skills=(1.0, -3.0, 2.0, -1.0, 0.5)))
    found = by_key(items)
    for key in ("better_than_chance", "calibration", "repeatable"):
        assert found[key].passed is False, (key, found[key].why)
    for key in ("completeness", "reason_codes", "deletion"):
        assert found[key].passed is None and found[key].why
    shares = audit.evidence_shares(items)
    assert shares["passed"] < 0.7 and shares["present"] < 1


def test_a_broken_direction_is_counted():
    case = checks.open_case(subject(context=MeasurementContext(directions={"n0": -1})))
    item = checks.monotonicity(case)
    assert item.passed is False and item.value == pytest.approx(1.0)


def test_calibration_error_by_hand():
    target = np.array([1, 1, 1, 0] * 25)
    honest = np.tile([0.25, 0.75], (100, 1))
    boastful = np.tile([0.05, 0.95], (100, 1))
    assert checks.calibration_error(target, honest) == pytest.approx(0, abs=0.08)
    assert checks.calibration_error(target, boastful) == pytest.approx(0.2, abs=0.08)


def test_the_two_numbers():
    items = [
        audit.EvidenceItem("a", "", "M", "", True, True),
        audit.EvidenceItem("b", "", "M", "", False, True),
        audit.EvidenceItem("c", "", "M", ""),
        audit.EvidenceItem("d", "", "G", "", present=True),
        audit.EvidenceItem("e", "", "H", ""),
    ]
    assert audit.evidence_shares(items) == {"passed": 0.5, "present": 0.75, "measured": 2, "missing": 2}


def test_the_measurement_never_says_compliant():
    declared = registry.find("measurements", "regulatory")
    reading = declared.measure(subject())
    assert 0 < reading.values[0] <= 1 and len(reading.detail["items"]) == 22
    words = json.dumps(reading.detail).lower() + declared.about.lower()
    assert "compliant" not in words
