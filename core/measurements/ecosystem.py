"""The open-source stack a family stands on, as installed here."""

from __future__ import annotations

import statistics
from dataclasses import asdict

from core.tools import stack
from core.vocabulary import Measurement, Reading, Subject


def measure(subject: Subject) -> Reading:
    """Seconds to import the family's stack, one value a fresh process; the detail has the rest and the bill."""
    names = [name for name in stack.STACKS[subject.contestant.family] if stack.package(name)]
    packages = stack.closure(names)
    loads = stack.loaded([stack.MODULES.get(name, name) for name in names])
    heard = sorted({line for load in loads for line in load["warnings"]})
    detail = {
        "stack": names,
        "import_seconds": statistics.median(load["cpu"] for load in loads),
        "megabytes": sum(one.megabytes for one in packages.values()),
        "dependencies": len(packages) - len(names),
        "warnings": len(heard),
        "heard": heard[:20],
        "modules": loads[0]["modules"],
        "packages": [asdict(one) for one in packages.values()],
        "bill_of_materials": stack.bill_of_materials(packages.values()),
    }
    return Reading(tuple(load["cpu"] for load in loads), detail)


MEASUREMENT = Measurement(
    key="ecosystem",
    title="Loading the open-source stack",
    unit="CPU-s",
    better="lower",
    about="The packages a family is built with here (scikit-learn and XGBoost; PyTorch, tabm and its embeddings; the "
    "hybrid both): CPU seconds to import them in a fresh process, megabytes and packages installed with all they need, "
    "deprecation warnings on import and first use, licences, and a bill of materials in CycloneDX form. A wheel does "
    "not carry its release day, so the day of installation is given instead.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
)
