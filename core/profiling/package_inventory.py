"""The installed open-source stack, read live: what is there, its licence, how heavy, how quick to load, how calm."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import uuid
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.schema import Facts, JsonObject

STACKS: dict[str, tuple[str, ...]] = {
    "classical": ("scikit-learn", "xgboost"),
    "deep": ("torch", "tabm", "rtdl_num_embeddings"),
    "hybrid": ("torch", "tabm", "rtdl_num_embeddings", "xgboost"),
}
RELEASES = Path(__file__).resolve().parents[2] / "data" / "releases.toml"
MODULES = {"scikit-learn": "sklearn"}
PROBE_SECONDS = 120.0
# Imports, then a first small use: many deprecations only speak when something is called.
PROBE = """
import json, sys, time, warnings
modules = json.loads(sys.argv[1])
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    start, cpu = time.perf_counter(), time.process_time()
    for name in modules:
        __import__(name)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    import numpy
    rows, target = numpy.arange(40.0).reshape(20, 2), numpy.arange(20) % 2
    if "sklearn" in modules:
        from sklearn.linear_model import LogisticRegression
        LogisticRegression().fit(rows, target).predict_proba(rows)
    if "xgboost" in modules:
        import xgboost
        xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(rows, label=target), 2)
    if "torch" in modules:
        import torch
        layer = torch.nn.Linear(2, 1)
        layer(torch.as_tensor(rows, dtype=torch.float32)).sum().backward()
old = [f"{one.category.__name__}: {one.message}" for one in heard
       if issubclass(one.category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning))]
print(json.dumps({"wall": wall, "cpu": cpu, "warnings": old, "modules": len(sys.modules)}))
"""


@dataclass(frozen=True)
class Package:
    """One installed distribution. ``needs`` are direct needs.

    released: the ISO day on which the version was published, empty where ``data/releases.toml`` does not know it.
    installed: the ISO day its files were written here.
    """

    name: str
    version: str
    licence: str
    megabytes: float
    released: str
    installed: str
    needs: tuple[str, ...]


def package_facts(name: str) -> Package | None:
    """What the installed metadata says of a distribution, None when it is not installed."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    sizes = [file.size or 0 for file in found.files or ()]
    return Package(
        name=str(found.metadata["Name"]),
        version=found.version,
        licence=_licence(found.metadata),
        megabytes=sum(sizes) / 1e6,
        released=release_date(str(found.metadata["Name"]), found.version),
        installed=_day(found),
        needs=_needs(found.requires or ()),
    )


def release_date(name: str, version: str) -> str:
    """The ISO day a version was published, as the package index told when the lock file was made; empty if unknown.

    A build for one kind of machine (``2.13.0+cpu``) counts as its version.
    """
    return _days().get((_plain(name), version.split("+")[0]), "")


@cache
def _days() -> dict[tuple[str, str], str]:
    held = tomllib.loads(RELEASES.read_text(encoding="utf-8"))["days"]
    return {(_plain(name), version): day for name, version, day in ((*key.split("=="), held[key]) for key in held)}


def release_ages(packages: Iterable[Facts], names: Iterable[str], today: date) -> dict[str, int]:
    """Days since the release of those among ``names`` whose day is known; packages as dicts of ``Package``."""
    days = {_plain(one["name"]): one.get("released") for one in packages}
    known = {name: days.get(_plain(name)) for name in names}
    return {name: (today - date.fromisoformat(day)).days for name, day in known.items() if day}


def dependency_closure(names: Iterable[str]) -> dict[str, Package]:
    """These packages and everything they need here, by normalised name; optional extras are left out."""
    found: dict[str, Package] = {}
    waiting = list(names)
    while waiting:
        key = _plain(waiting.pop())
        if key in found:
            continue
        one = package_facts(key)
        if one is not None:
            found[key] = one
            waiting += one.needs
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _needs(requirements: Sequence[str]) -> tuple[str, ...]:
    from packaging.requirements import Requirement

    parsed = [Requirement(line) for line in requirements]
    return tuple(sorted({_plain(one.name) for one in parsed if not one.marker or one.marker.evaluate({"extra": ""})}))


def _licence(facts: Any) -> str:
    """The licence as an expression, else its classifier, else the first line of the free field."""
    if facts.get("License-Expression"):
        return str(facts["License-Expression"])
    classified = [line.split("::")[-1].strip() for line in facts.get_all("Classifier") or () if "License" in line]
    free = str(facts.get("License") or "").strip().splitlines()
    return "; ".join(classified) or (free[0][:80] if free else "not stated")


def _day(found: metadata.Distribution) -> str:
    """The day the package's metadata was written on this machine."""
    for file in found.files or ():
        if file.name == "METADATA":
            try:
                written = Path(str(found.locate_file(file))).stat().st_mtime
            except OSError:
                break
            return datetime.fromtimestamp(written, UTC).date().isoformat()
    return "unknown"


def measure_import(modules: Sequence[str], runs: int = 2) -> list[JsonObject]:
    """Imports modules and uses them once in fresh processes, one after the other.

    Returns:
        A dict a process: wall and cpu seconds of the imports, the deprecation warnings heard, modules loaded.

    Raises:
        ValueError: the process failed; its last words.
    """
    found = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", PROBE, json.dumps(list(modules))],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise ValueError(f"the stack could not be imported: {done.stderr.strip().splitlines()[-1][:200]}")
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return found


def count_deprecations(use: Callable[[], object]) -> list[str]:
    """The deprecation warnings that a piece of our own work raises, each once: "category: message"."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        use()
    old = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
    return sorted({f"{one.category.__name__}: {one.message}" for one in heard if issubclass(one.category, old)})


def bill_of_materials(packages: Iterable[Package], about: str = "the installed stack") -> JsonObject:
    """A software bill of materials in the form of CycloneDX 1.5, JSON-able; the same packages give the same number."""
    listed = sorted(packages, key=lambda one: one.name.lower())
    there = {_plain(one.name) for one in listed}
    mark = uuid.uuid5(uuid.NAMESPACE_URL, ",".join(f"{one.name}=={one.version}" for one in listed))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{mark}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": f"crossover: {about}", "bom-ref": "crossover"},
        },
        "components": [
            {
                "type": "library",
                "name": one.name,
                "version": one.version,
                "licenses": [{"license": {"name": one.licence}}],
                "purl": f"pkg:pypi/{_plain(one.name)}@{one.version}",
                "bom-ref": _plain(one.name),
            }
            for one in listed
        ],
        "dependencies": [
            {"ref": _plain(one.name), "dependsOn": [need for need in one.needs if need in there]} for one in listed
        ],
    }
