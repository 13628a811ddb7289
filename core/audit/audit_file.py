"""All items of one model in order: measured, generated, and those left to a person; and the audit file itself."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping
from importlib import metadata

import numpy as np

from core.audit import checks, fairness
from core.audit.checks import AuditCase
from core.audit.evidence import EvidenceItem
from core.schema import FittedContestant, JsonObject

# Key, title, the rule in words, and what measures it.
MEASURED: tuple[tuple[str, str, str, Callable[[AuditCase], EvidenceItem]], ...] = (
    ("data_sheet", "Data sheet", "rows, columns, gaps and source are stated", checks.data_sheet),
    ("smallest_group", "Smallest group", "at least 20 test rows", checks.smallest_group),
    ("better_than_chance", "Better than chance", "interval of skill above 0", checks.better_than_chance),
    ("group_gaps", "Gaps between groups", "every gap at most .1, interval included", checks.group_gaps),
    ("calibration", "Calibration", "average miss at most .05", checks.calibration),
    ("robustness", "Robustness", "light damage costs at most a tenth of the skill", checks.robustness),
    ("shift_detector", "Shift detector", "sees damaged rows (AUC .7), quiet on sound ones (.6)", checks.shift_detector),
    ("completeness", "Complete explanations", "error at most .01", checks.completeness),
    ("reason_codes", "Stable reason codes", "three of the top four stay over refits", checks.reason_stability),
    ("deletion", "Reasons that matter", "stated reasons move the score more than others", checks.reason_deletion),
    ("monotone", "Declared directions", "never broken", checks.monotonicity),
    ("deferral", "Deferral", "leaving the least sure fifth to a person lowers errors", checks.deferral),
    ("repeatable", "Same seed, same answers", "differences at most 1e-6", checks.repeatability),
)
HUMAN = (
    ("purpose", "Purpose and limits of use"),
    ("oversight", "Who watches, and who may overrule"),
    ("risk", "Risk management"),
    ("complaints", "How a person concerned can object"),
)
LEGAL = (
    {
        "what": "EU AI Act: the duties for the high-risk uses of Annex III were moved to 2 December 2027.",
        "source": "Digital Omnibus",
        "as_of": "2026-06",
    },
    {
        "what": "US Regulation B: who is refused credit must be given the specific principal reasons.",
        "source": "12 CFR 1002.9",
        "as_of": "2026-06",
    },
)
LOGGED = 20
PACKAGES = ("numpy", "pandas", "scikit-learn", "xgboost", "torch", "shap", "captum", "fairlearn")


def collect_evidence(subject: FittedContestant) -> tuple[list[EvidenceItem], JsonObject]:
    """Every item of evidence of a fitted contestant, and the audit file (JSON-able) they rest on."""
    case = checks.open_case(subject)
    items = []
    for key, title, rule, check in MEASURED:
        words = {"key": key, "title": title, "rule": rule}
        try:
            items.append(checks.named_check(check(case), **words))
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            items.append(EvidenceItem(key, title, "M", rule, why=f"not measured: {' '.join(str(error).split())[:160]}"))
    papers = _documents(case)
    generated = (
        ("prediction_log", "Prediction log", "every answer with time, model digest and input digest"),
        ("provenance", "Digest, versions, hardware, size, safe format", "all stated"),
        ("logic", "Logic of the model", "its structure in numbers"),
        ("reasons", "Reason codes in words", "top four of every explained row"),
        ("model_card", "Model card", "written from the evidence"),
    )
    for key, title, rule in generated:
        items.append(EvidenceItem(key, title, "G", rule, present=bool(papers.get(key)), why="in the audit file"))
    said: Mapping[str, str] = subject.context.statements
    for key, title in HUMAN:
        there = bool(str(said.get(key, "")).strip())
        items.append(EvidenceItem(key, title, "H", "a person's words", present=there, why="" if there else "missing"))
    papers["items"] = [item.plain() for item in items]
    papers["statements"] = {key: str(said.get(key, "")) for key, _ in HUMAN}
    papers["legal"] = list(LEGAL)
    return items, papers


def _documents(case: AuditCase) -> JsonObject:
    subject = case.subject
    saved = subject.model.saved()
    digest = hashlib.sha256(saved).hexdigest()
    described = dict(subject.model.describe())
    return {
        "provenance": {
            "model_digest": digest,
            "bytes": len(saved),
            "format": getattr(subject.model, "suffix", ""),
            "versions": {name: metadata.version(name) for name in PACKAGES},
            "python": platform.python_version(),
            "processor": platform.machine(),
            "seed": subject.seed,
        },
        "logic": described,
        "prediction_log": _log(case, digest),
        "reasons": _reason_codes(case),
        "groups": _groups(case),
        "model_card": _card(case, digest),
    }


def _log(case: AuditCase, digest: str) -> list[JsonObject]:
    """The first answers as a log would keep them: no input values, only their digest."""
    lines = []
    for row in range(min(LOGGED, len(case.target))):
        asked = case.subject.test.take(np.array([row])).inputs
        text = asked.to_json() if hasattr(asked, "to_json") else repr(np.asarray(asked).tolist())
        answer = np.atleast_1d(case.answers[row])
        lines.append(
            {
                "row": row,
                "input_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
                "model_sha256": digest,
                "answer": [round(float(value), 6) for value in answer],
            }
        )
    return lines


def _reason_codes(case: AuditCase) -> list[JsonObject]:
    found = case.explained
    if found is None:
        return []
    rows = checks.explained_rows(case.subject)
    told = []
    for place, row in enumerate(rows):
        order = np.argsort(-np.abs(found.values[place]))[: checks.TOP]
        reasons = [{"part": found.parts[part], "weight": float(found.values[place, part])} for part in order]
        told.append({"test_row": int(row), "reasons": reasons})
    return told


def _groups(case: AuditCase) -> JsonObject:
    told = {}
    for name in case.subject.context.sensitive:
        try:
            groups = fairness.groups_of(case.subject.test, name)
            told[str(name)] = fairness.fairness_report(
                case.subject.task, case.target, case.answers, groups, case.subject.seed
            )
        except ValueError as error:
            told[str(name)] = {"reason": str(error)}
    return told


def _card(case: AuditCase, digest: str) -> JsonObject:
    """A model card after Mitchell et al. 2019; what only a person knows is left to the statements."""
    subject = case.subject
    skills = [fit.skill for fit in subject.fits if fit.skill is not None]
    return {
        "model": {"contestant": subject.contestant.title, "about": subject.contestant.about, "digest": digest},
        "reference": subject.contestant.reference,
        "task": {"form": subject.task.form, "metric": "skill, points over a dummy"},
        "data": {"rows_trained": len(subject.train), "rows_tested": len(subject.test), "source": subject.train.source},
        "skill_by_fold": [float(value) for value in skills],
        "skill_on_these_test_rows": case.skill(case.answers),
        "intended_use": "see the statements; empty means missing",
    }
