"""What tuning adds to a contestant, every family under the same allowance."""

from __future__ import annotations

import time

from core.tools import refits
from core.vocabulary import Measurement, Reading, Subject

SETTINGS = 8
CUTS = 3


def measure(subject: Subject) -> Reading:
    """Skill with eight settings tried minus skill of the defaults, points, one value a cut."""
    cuts = refits.folds(refits.pool(subject), subject.task, CUTS)
    seconds = refits.FIT_SECONDS
    plain, tuned, spent = [], [], []
    for step, cut in enumerate(cuts):
        refits.report(subject, step, len(cuts), f"trying {SETTINGS} settings")
        before = time.process_time()
        plain.append(refits.judged(subject.task, refits.fit(subject, cut, seconds), cut))
        between = time.process_time()
        best = refits.fit(subject, cut, seconds * SETTINGS, SETTINGS)
        tuned.append(refits.judged(subject.task, best, cut))
        spent.append([between - before, time.process_time() - between])
    gains = tuple(after - first for first, after in zip(plain, tuned, strict=True))
    detail = {"defaults": plain, "tuned": tuned, "cpu_seconds": spent, "settings": SETTINGS, "rho": 1 / (CUTS - 1)}
    return Reading(gains, detail)


MEASUREMENT = Measurement(
    key="tuned",
    title="What tuning adds",
    unit="points of skill",
    better="higher",
    about="The contestant with its defaults against the best of eight settings (the defaults among them) chosen on "
    "inner validation rows, on 3 cuts of at most 2,000 rows. Every family has the same number of settings and the "
    "same eight-fold seconds; the CPU seconds of both runs stand in the detail.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
)
