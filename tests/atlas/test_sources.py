"""The list of sources: complete, fixed in two halves, and read with the readers of uploads."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import ingest
from core.atlas import sources
from core.atlas.entries import EntryError
from core.schema import LoadError

LINE = """[[sources]]
key = "one"
title = "One"
reader = "sample"
package = "crossover"
version = "1"
path = "telco_churn"
licence = "MIT"
why = "a reason"
"""


def test_the_shipped_list_has_every_kind_and_both_halves() -> None:
    there = sources.load_sources()
    assert len(there) >= 60
    halves = [one.half for one in there]
    assert halves == sorted(halves, key=lambda half: half != "confirmation")
    assert 0.35 < halves.count("confirmation") / len(halves) < 0.65
    embedded = {one.path for one in there if one.reader == "sample"}
    # Data whose motion is made by a program are no evidence on real data.
    real = {key for key, (_, sample) in ingest.samples().items() if "semi-synthetic" not in sample.title}
    assert embedded == real


def test_the_halves_are_fixed() -> None:
    said = {key: sources.half_of(key) for key in ("telco_churn", "spam", "credit_default", "fashion")}
    assert said == {
        "telco_churn": "confirmation", "spam": "confirmation", "credit_default": "development",
        "fashion": "development",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "sources = 3", "no toml at all [", LINE + LINE, LINE.replace('licence = "MIT"', 'licence = ""'),
        LINE.replace('"sample"', '"guess"'), LINE + 'colour = "red"\n', LINE + "shares = [0]\n",
        LINE.replace("why", "y"),
    ],
)  # fmt: skip
def test_a_damaged_list_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(EntryError, match=r"sources\.toml"):
        sources.load_sources(path)


def source_of(**changes: str) -> sources.AtlasSource:
    plain = {
        "key": "x",
        "title": "X",
        "reader": "scikit-learn",
        "package": "scikit-learn",
        "version": "0",
        "path": "wine",
    }
    return sources.AtlasSource(**{**plain, "licence": "free", "why": "test", **changes})  # type: ignore[arg-type]


def test_another_version_of_a_package_is_another_data_set() -> None:
    with pytest.raises(LoadError, match="defined by scikit-learn 0"):
        sources.read_source(source_of())
    with pytest.raises(LoadError, match="not installed"):
        sources.read_source(source_of(package="no-such-package-of-data"))


def test_a_file_of_a_package_and_another_target_of_a_sample_are_read() -> None:
    from importlib import metadata

    version = metadata.version("scikit-learn")
    path = "sklearn/datasets/data/diabetes_target.csv.gz"
    with pytest.raises(LoadError):  # one column has nothing to predict from
        sources.read_source(source_of(reader="file", path=path, version=version))
    wine = sources.read_source(source_of(version=version, target="target"))
    assert wine.task.form == "multiclass" and len(wine.dataset) == 178 and wine.dataset.name == "X"
    hotel = sources.read_source(source_of(reader="sample", path="telco_churn", target="contract", drop=("churn", "no")))
    assert hotel.task.target == "contract" and hotel.task.drop == ("churn",)
