"""The installed stack: a bill that lists what is needed, warnings that are counted, a broken import that is worded."""

from __future__ import annotations

import re
import warnings
from datetime import date
from pathlib import Path

import pytest

from core import registry
from core.profiling import package_inventory
from tests import toys


def test_a_package_and_all_it_needs():
    found = package_inventory.dependency_closure(["scikit-learn"])
    assert {"scikit-learn", "numpy", "scipy", "joblib", "threadpoolctl"} <= set(found)
    one = found["scikit-learn"]
    assert one.megabytes > 5 and one.version and "BSD" in one.licence and one.installed[:2] == "20"
    assert (
        package_inventory.package_facts("no-such-package-at-all") is None
        and package_inventory.dependency_closure(["no-such-package-at-all"]) == {}
    )


def test_the_bill_names_every_component():
    bill = package_inventory.bill_of_materials(package_inventory.dependency_closure(["scikit-learn"]).values())
    names = [one["name"] for one in bill["components"]]
    assert bill["bomFormat"] == "CycloneDX" and names == sorted(names, key=str.lower)
    assert all(one["purl"].startswith("pkg:pypi/") and one["licenses"] for one in bill["components"])
    refs = {one["bom-ref"] for one in bill["components"]}
    assert all(set(one["dependsOn"]) <= refs for one in bill["dependencies"])


def test_the_bill_says_what_it_is_about_and_which_one_it_is():
    packages = list(package_inventory.dependency_closure(["scikit-learn"]).values())
    bill, again, other = (
        package_inventory.bill_of_materials(part, "toys") for part in (packages, packages, packages[:1])
    )
    assert bill["serialNumber"].startswith("urn:uuid:") and bill["serialNumber"] == again["serialNumber"]
    assert other["serialNumber"] != bill["serialNumber"]
    assert bill["metadata"]["component"]["name"] == "crossover: toys" and bill["metadata"]["timestamp"][:2] == "20"


def test_deprecations_of_our_own_work_are_heard_once():
    def work():
        for _ in range(2):
            warnings.warn("old habit", FutureWarning, stacklevel=1)
        warnings.warn("not old", UserWarning, stacklevel=1)

    assert (
        package_inventory.count_deprecations(work) == ["FutureWarning: old habit"]
        and package_inventory.count_deprecations(lambda: None) == []
    )


def test_warnings_of_a_fresh_process_are_heard(tmp_path, monkeypatch):
    (tmp_path / "oldfashioned.py").write_text("import warnings\nwarnings.warn('leave me', DeprecationWarning)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (found,) = package_inventory.measure_import(["oldfashioned"], runs=1)
    assert found["warnings"] == ["DeprecationWarning: leave me"] and found["wall"] >= 0
    with pytest.raises(ValueError, match="no_such_module"):
        package_inventory.measure_import(["no_such_module"], runs=1)


@pytest.mark.slow
def test_the_reading_carries_what_the_claim_compares(monkeypatch):
    monkeypatch.setattr(package_inventory, "STACKS", {"classical": ("scikit-learn",)})
    reading = registry.find("measurements", "ecosystem").measure(toys.subject())
    assert len(reading.values) == 2 and min(reading.values) > 0
    assert reading.detail["dependencies"] >= 4 and reading.detail["megabytes"] > 50
    assert reading.detail["heard_in_our_run"] == []
    assert {"warnings", "import_seconds", "packages", "bill_of_materials"} <= set(reading.detail)


def test_release_days_are_known_for_what_is_locked_and_for_nothing_else():
    lock = (Path(__file__).resolve().parents[2] / ".deploy" / "requirements.lock").read_text()
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s+;\\]+)", lock, re.MULTILINE)
    days = {name: package_inventory.release_date(name, version) for name, version in pinned}
    assert len(days) > 60 and [name for name, day in days.items() if not day] == []
    assert (
        package_inventory.release_date("torch", "2.13.0+cpu")
        == package_inventory.release_date("Torch", "2.13.0")
        == days["torch"]
    )
    assert package_inventory.release_date("torch", "0.0.1") == package_inventory.release_date("nobody", "1") == ""
    packages = [{"name": "torch", "released": "2026-07-08"}, {"name": "odd", "released": ""}]
    assert package_inventory.release_ages(packages, ["torch", "odd", "gone"], date(2026, 7, 18)) == {"torch": 10}
