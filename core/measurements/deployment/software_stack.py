"""The open-source stack a family stands on, as installed here."""

from __future__ import annotations

import contextlib
import statistics
from dataclasses import asdict

import numpy as np

from core.evaluation import refitting
from core.profiling import package_inventory
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

ROWS, SECONDS = 150, 2.0


def measure(subject: FittedContestant) -> MeasurementResult:
    """Seconds to import the family's stack, one value a fresh process; the detail has the rest and the bill."""
    names = [
        name for name in package_inventory.STACKS[subject.contestant.family] if package_inventory.package_facts(name)
    ]
    packages = package_inventory.dependency_closure(names)
    loads = package_inventory.measure_import([package_inventory.MODULES.get(name, name) for name in names])
    heard = sorted({line for load in loads for line in load["warnings"]})
    ours = package_inventory.count_deprecations(lambda: _run(subject))
    detail = {
        "stack": names,
        "import_seconds": statistics.median(load["cpu"] for load in loads),
        "megabytes": sum(one.megabytes for one in packages.values()),
        "dependencies": len(packages) - len(names),
        "warnings": len({*heard, *ours}),
        "heard": heard[:20],
        "heard_in_our_run": ours[:20],
        "modules": loads[0]["modules"],
        "packages": [asdict(one) for one in packages.values()],
        "bill_of_materials": package_inventory.bill_of_materials(
            packages.values(), f"{subject.contestant.family} contestants"
        ),
    }
    return MeasurementResult(tuple(load["cpu"] for load in loads), detail)


def _run(subject: FittedContestant) -> None:
    """The contestant's own work once more on a few rows: trained, asked, saved."""
    few = [part.take(np.arange(min(ROWS, len(part)))) for part in (subject.train, subject.valid, subject.test)]
    with contextlib.suppress(ValueError, RuntimeError):
        model = refitting.refit(subject, refitting.Fold(few[0], few[1], few[2], subject.seed), SECONDS)
        model.predict(few[2].inputs)
        model.saved()


MEASUREMENT = Measurement(
    key="ecosystem",
    title="Loading the open-source stack",
    unit="CPU-s",
    better="lower",
    about="The packages a family is built with here (scikit-learn and XGBoost; PyTorch, tabm and its embeddings; the "
    "hybrid both): CPU seconds to import them in a fresh process, megabytes and packages installed with all they need, "
    "deprecation warnings on import, on first use and in a short run of the contestant itself, licences, the age of "
    "every release by the day its version was published (asked of the package index when the versions were locked; "
    "for other versions unknown), and a bill of materials in CycloneDX form.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    group="ship",
    order=4,
    question="What does the open-source stack weigh?",
    answers="Packages, licences, megabytes, seconds to import, deprecations, and a bill of materials.",
    cost=MeasurementCost(seconds=12),
    panel="ecosystem",
)
