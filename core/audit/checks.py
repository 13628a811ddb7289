"""The measured items: each looks at one property of a fitted contestant and says whether it meets a stated rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from core.audit import fairness
from core.audit.evidence import EvidenceItem
from core.evaluation import metrics, refitting, uncertainty
from core.perturbation import corruptions
from core.schema import Attribution, FittedContestant, Model

REFITS = 5
TOP = 4
ROWS = 24
BACKGROUND = 50
POOL = 1_000


@dataclass
class AuditCase:
    """Everything several checks need, found once: answers on the test rows, refits, and explanations of some rows."""

    subject: FittedContestant
    answers: np.ndarray
    known: np.ndarray
    refitted: list[Model] = field(default_factory=list)
    explained: Attribution | None = None
    tops: list[np.ndarray] = field(default_factory=list)

    @property
    def target(self) -> np.ndarray:
        """(n,) the test rows' answers."""
        return np.asarray(self.subject.test.target)

    def skill(self, answers: np.ndarray) -> float:
        """Points of skill of answers to the test rows."""
        return refitting.skill(self.subject.task, self.known, self.target, answers)


def data_sheet(case: AuditCase) -> EvidenceItem:
    """Rows, columns and gaps are counted and the data has a stated source."""
    train = case.subject.train
    told = len(train) > 0 and bool(train.source or train.name)
    return EvidenceItem(
        "", "", "M", "", told, True, float(len(train)), why=f"{len(train):,} training rows, source stated"
    )


def smallest_group(case: AuditCase) -> EvidenceItem:
    """The smallest group an error is reported for has at least 20 rows."""
    sizes = [int(count) for name in _sensitive(case) for count in _counts(fairness.groups_of(case.subject.test, name))]
    if not sizes and case.subject.task.kind == "classification":
        sizes = [int(count) for count in np.bincount(case.target) if count]
    if not sizes:
        return EvidenceItem("", "", "M", "", why="no group is declared and the answers are numbers")
    return EvidenceItem(
        "", "", "M", "", min(sizes) >= 20, True, float(min(sizes)), why=f"the smallest has {min(sizes)} rows"
    )


def better_than_chance(case: AuditCase) -> EvidenceItem:
    """Skill over the folds, with the corrected interval, lies above 0."""
    skills = [fit.skill for fit in case.subject.fits if fit.error is None and fit.skill is not None]
    if len(skills) < 2:
        losses = case.skill(case.answers)
        return EvidenceItem("", "", "M", "", None, False, losses, why="an interval needs two folds at least")
    found = uncertainty.corrected_t(skills, uncertainty.fold_rho(5), 0.0)
    why = f"{found.gap:.1f} points of skill [{found.low:.1f}, {found.high:.1f}]"
    return EvidenceItem("", "", "M", "", found.low > 0, True, found.gap, found.low, found.high, why)


def group_gaps(case: AuditCase) -> EvidenceItem:
    """Every gap between groups stays under a tenth, its interval included."""
    worst: list[float] = []
    named = ""
    for name in _sensitive(case):
        told = fairness.fairness_report(
            case.subject.task, case.target, case.answers, fairness.groups_of(case.subject.test, name)
        )
        for rate, gap in told["gaps"].items():
            if not worst or gap[0] > worst[0]:
                worst, named = gap, rate
    if not worst:
        return EvidenceItem("", "", "M", "", why="no sensitive column is declared")
    why = f"largest gap: {named} {worst[0]:.2f} [{worst[1]:.2f}, {worst[2]:.2f}]"
    return EvidenceItem("", "", "M", "", worst[2] <= 0.1, True, worst[0], worst[1], worst[2], why)


def calibration(case: AuditCase) -> EvidenceItem:
    """Stated probabilities miss the observed shares by at most five hundredths on average."""
    if case.subject.task.kind != "classification":
        return EvidenceItem("", "", "M", "", why="the answers are numbers without stated probabilities")
    error = calibration_error(case.target, case.answers)
    return EvidenceItem("", "", "M", "", error <= 0.05, True, error, why=f"{error:.3f} on average")


def calibration_error(target: np.ndarray, answers: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the top class over equally filled bins (Naeini, Cooper & Hauskrecht 2015)."""
    top = answers.max(axis=1)
    right = (answers.argmax(axis=1) == target).astype(float)
    parts = np.array_split(np.argsort(top, kind="stable"), min(bins, max(1, len(top) // 10)))
    return float(sum(len(part) * abs(top[part].mean() - right[part].mean()) for part in parts) / len(top))


def robustness(case: AuditCase) -> EvidenceItem:
    """A light damage of the inputs (level .25) costs at most a tenth of the skill, for every kind of damage."""
    sound = case.skill(case.answers)
    losses = {}
    for kind in corruptions.corruption_kinds(case.subject.test):
        worse = corruptions.corrupt(case.subject.test, kind, 0.25, case.subject.seed)
        losses[kind] = sound - case.skill(case.subject.model.predict(worse.inputs))
    worst = max(losses, key=lambda kind: losses[kind])
    passed = losses[worst] <= max(0.1 * abs(sound), 0.5)
    return EvidenceItem(
        "", "", "M", "", passed, True, losses[worst], why=f"{worst}: {losses[worst]:.1f} of {sound:.1f} points"
    )


def shift_detector(case: AuditCase) -> EvidenceItem:
    """A detector tells damaged rows from training rows (AUC of .7 at least) and gives no alarm on test rows (.6)."""
    from sklearn.ensemble import RandomForestClassifier

    from core.features import flatten

    subject = case.subject
    flat = flatten.fit_flatten(subject.train)
    kind = next(iter(corruptions.corruption_kinds(subject.test)))
    here = flat(subject.train.take(_sample_rows(len(subject.train), subject.seed)).inputs)
    aucs = []
    for asked in (subject.test, corruptions.corrupt(subject.test, kind, 1.0, subject.seed)):
        there = flat(asked.inputs)
        mark = np.r_[np.zeros(len(here), dtype=int), np.ones(len(there), dtype=int)]
        forest = RandomForestClassifier(60, min_samples_leaf=3, oob_score=True, random_state=0, n_jobs=1)
        forest.fit(np.r_[here, there], mark)
        aucs.append(metrics.auc(mark, np.nan_to_num(forest.oob_decision_function_[:, 1], nan=0.5)))
    why = f"AUC {aucs[1]:.2f} on damaged rows, {aucs[0]:.2f} on sound ones"
    return EvidenceItem("", "", "M", "", aucs[1] >= 0.7 and aucs[0] <= 0.6, True, aucs[1], why=why)


def completeness(case: AuditCase) -> EvidenceItem:
    """The parts of an explanation add up to the answer within a hundredth of the answers' spread."""
    found = case.explained
    if found is None or found.completeness_error is None:
        return EvidenceItem("", "", "M", "", why="the contestant does not explain itself")
    error = float(found.completeness_error)
    return EvidenceItem("", "", "M", "", error <= 0.01, True, error, why=f"error {error:.2g} by {found.method}")


def reason_stability(case: AuditCase) -> EvidenceItem:
    """Of a row's four main reasons three stay on average when the model is trained again."""
    if len(case.tops) < 2:
        return EvidenceItem("", "", "M", "", why="no refit could be explained")
    first, others = case.tops[0], case.tops[1:]
    kept = [len(set(a) & set(b)) / len(a) for other in others for a, b in zip(first, other, strict=True)]
    share = float(np.mean(kept))
    return EvidenceItem("", "", "M", "", share >= 0.75, True, share, why=f"{share:.0%} of the top {len(first[0])} stay")


def reason_deletion(case: AuditCase) -> EvidenceItem:
    """Replacing the stated reasons moves the answer more than replacing as many other columns."""
    found, subject = case.explained, case.subject
    frame = subject.test.inputs
    if found is None or not hasattr(frame, "columns") or not set(found.parts) <= set(frame.columns):
        return EvidenceItem("", "", "M", "", why="the parts of the explanation are not columns that could be replaced")
    generator = np.random.default_rng(subject.seed)
    rows = explained_rows(subject)
    before = _scalar(subject.model.margin(frame.iloc[rows]), found.outputs)
    count = min(TOP, max(1, len(found.parts) // 2))
    order = np.argsort(-np.abs(found.values), axis=1)
    moved = []
    for chosen in (order[:, :count], np.array([generator.permutation(row)[:count] for row in order[:, count:]])):
        asked = frame.iloc[rows].copy()
        for place in range(len(rows)):
            donor = int(generator.integers(len(subject.train)))
            for part in chosen[place]:
                name = found.parts[part]
                asked.iloc[place, asked.columns.get_loc(name)] = subject.train.inputs[name].iloc[donor]
        moved.append(float(np.abs(_scalar(subject.model.margin(asked), found.outputs) - before).mean()))
    why = f"replacing the {count} main reasons moves the score by {moved[0]:.2f}, others by {moved[1]:.2f}"
    return EvidenceItem("", "", "M", "", moved[0] > moved[1], True, moved[0], why=why)


def monotonicity(case: AuditCase) -> EvidenceItem:
    """Raising a column that is declared to raise (lower) the answer never does the opposite."""
    declared = dict(case.subject.context.directions)
    frame = case.subject.test.inputs
    if not declared or not hasattr(frame, "columns"):
        return EvidenceItem("", "", "M", "", why="no direction is declared for any column")
    broken = []
    for name, direction in declared.items():
        moved = frame.copy()
        moved[name] = moved[name] + float(np.nanstd(moved[name].to_numpy(dtype=float)))
        change = _scalar(case.subject.model.margin(moved), None) - _scalar(case.subject.model.margin(frame), None)
        broken.append(float((np.sign(direction) * change < -1e-6).mean()))
    worst = max(broken)
    return EvidenceItem("", "", "M", "", worst == 0, True, worst, why=f"broken for {worst:.1%} of the rows")


def deferral(case: AuditCase) -> EvidenceItem:
    """Leaving the least sure fifth to a person lowers the share of errors among the rest."""
    if case.subject.task.kind != "classification":
        return EvidenceItem("", "", "M", "", why="the answers are numbers without stated probabilities")
    sure = case.answers.max(axis=1)
    wrong = case.answers.argmax(axis=1) != case.target
    kept = np.argsort(-sure, kind="stable")[: max(1, round(0.8 * len(sure)))]
    gain = float(wrong.mean() - wrong[kept].mean())
    why = f"errors fall from {wrong.mean():.1%} to {wrong[kept].mean():.1%}"
    return EvidenceItem("", "", "M", "", gain > 0, True, gain, why=why)


def repeatability(case: AuditCase) -> EvidenceItem:
    """Trained twice with one seed it gives the same answers to the last digit but six."""
    if len(case.refitted) < 2:
        return EvidenceItem("", "", "M", "", why="it could not be trained again")
    asked = case.subject.test.inputs
    one, two = (np.asarray(model.predict(asked), dtype=float) for model in case.refitted[:2])
    gap = float(np.abs(one - two).max())
    return EvidenceItem("", "", "M", "", gap <= 1e-6, True, gap, why=f"answers differ by {gap:.2g} at most")


def explained_rows(subject: FittedContestant) -> np.ndarray:
    """The numbers of the test rows that are explained."""
    return _sample_rows(len(subject.test), subject.seed, ROWS)


def open_case(subject: FittedContestant) -> AuditCase:
    """Answers, refits (the first two with one seed) and explanations, gathered once for every check."""
    known = np.concatenate([np.asarray(part.target) for part in (subject.train, subject.valid)])
    case = AuditCase(subject, np.asarray(subject.model.predict(subject.test.inputs), dtype=float), known)
    rows, background = explained_rows(subject), _sample_rows(len(subject.train), subject.seed, BACKGROUND)
    asked, base = subject.test.take(rows).inputs, subject.train.take(background).inputs
    case.explained = _without_output(lambda: subject.model.explain(asked, base))
    outputs = None if case.explained is None else case.explained.outputs
    part = subject.train.take(_sample_rows(len(subject.train), 0, POOL))
    for place in range(REFITS):
        refitting.report_progress(subject, place, REFITS, "training again for the audit")
        seed = 0 if place < 2 else place
        cut = refitting.Fold(part, subject.valid, subject.test, seed)
        model = refitting.refit(subject, cut)
        case.refitted.append(model)
        found = _without_output(partial(model.explain, asked, base, outputs))
        if found is not None and place != 1:
            case.tops.append(np.argsort(-np.abs(found.values), axis=1)[:, : min(TOP, found.values.shape[1])])
    return case


def _without_output(explain: Callable[[], Attribution]) -> Attribution | None:
    """An explanation, or None where the contestant cannot give one; the items then say so."""
    try:
        return explain()
    except (ValueError, RuntimeError, NotImplementedError, KeyError):
        return None


def _scalar(margin: np.ndarray, outputs: np.ndarray | None) -> np.ndarray:
    values = np.asarray(margin, dtype=float)
    if values.ndim == 1:
        return values
    return values[np.arange(len(values)), outputs] if outputs is not None else values.max(axis=1)


def _sample_rows(count: int, seed: int, most: int = POOL) -> np.ndarray:
    return np.sort(np.random.default_rng(seed).permutation(count)[:most])


def _sensitive(case: AuditCase) -> list[str]:
    frame = case.subject.test.inputs
    return [name for name in case.subject.context.sensitive if name in getattr(frame, "columns", ())]


def _counts(groups: np.ndarray) -> np.ndarray:
    return np.unique(groups.astype(str), return_counts=True)[1]


def named_check(item: EvidenceItem, **words: str) -> EvidenceItem:
    """The item with its key, title and rule."""
    return replace(item, **words)  # type: ignore[arg-type]
