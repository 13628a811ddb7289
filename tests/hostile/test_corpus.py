"""Every upload of the corpus comes out as expected, none speaks with a library's voice, and bombs stay small in the child."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import ingest, limits
from core.ingest import sandbox
from core.schema import LoadError
from core.storage import dataset_store
from tests.hostile.case import Case, inspect_here, wrongs
from tests.hostile.corpus import EVERY, LONG, ROOMS, corpus, kinds, sample
from tests.hostile.forked_reader import ForkedReader, forked_reader

CASES = corpus()
SAMPLE = sample()
BOMBS = (
    "gzip bomb",
    "xlsx zip bomb",
    "xlsx string bomb",
    "parquet text bomb",
    "zip flat bomb",
    "zip overlap",
    "zip nested",
)


def test_corpus_is_large_and_covers_every_kind() -> None:
    assert len(CASES) >= 1_000
    assert sum(case.security for case in CASES) >= 100


def test_the_sample_of_the_fast_suite_holds_every_kind() -> None:
    for kind, cases in kinds().items():
        keys = {case.key for case in cases}
        assert keys & SAMPLE or keys <= LONG, kind
    assert {room for room, *_ in kinds()} == {room.__name__.rsplit(".", 1)[1] for room in ROOMS}
    assert len(SAMPLE) >= (len(CASES) - len(LONG)) / EVERY


def _marked(case: Case):
    return pytest.param(case, marks=[] if case.key in SAMPLE else [pytest.mark.slow], id=case.key)


# The fast suite plays a sample of every kind, the slow one all others.
@pytest.mark.parametrize("case", [_marked(case) for case in CASES if not case.child])
def test_outcome(case: Case, tmp_path: Path) -> None:
    assert wrongs(case, inspect_here(case, case.write(tmp_path))) == []


@pytest.fixture(scope="module")
def reader() -> Iterator[ForkedReader]:
    """One reader for the file, forked for every case."""
    with forked_reader() as made:
        yield made


# Each takes a process; one in four of every kind shows the way, since what is read does not depend on it.
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES[::4], ids=lambda case: case.key)
def test_outcome_through_the_reader_child(
    case: Case, tmp_path: Path, reader: ForkedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way every upload goes: the parcel is written, or the refusal comes back in words, and nothing else is left."""
    path, folder = case.write(tmp_path), tmp_path / "parcel"
    monkeypatch.setattr(sandbox, "run_reader", reader)
    try:
        ingest.read_upload(path, case.name, case.modality, folder)
    except LoadError as error:
        assert "clear_error" in case.outcome or case.target is not None, str(error)
        assert error.what and not folder.exists()
    else:
        assert case.outcome != ("clear_error",) or case.target is not None
        assert dataset_store.load(folder).modality
    assert {entry.name for entry in tmp_path.iterdir()} <= {path.name, "parcel"}


@pytest.mark.parametrize("case", [case for case in CASES if case.key in BOMBS], ids=lambda case: case.key)
def test_bombs_in_the_reader_child(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    start = time.perf_counter()
    told = ingest.inspect(path, case.name, case.modality, case.target)
    assert wrongs(case, told) == []
    assert time.perf_counter() - start < 20
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1_024 < limits.READER_MEMORY_BYTES


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    for case in CASES:
        if case.key.startswith("zip "):
            inspect_here(case, case.write(inside))
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]
    assert not Path("/tmp/out.png").exists()


def test_judge_sees_a_wrong_outcome() -> None:
    told = {"outcome": "load", "warnings": [], "columns": [], "rows": 1, "cols": 1}
    assert wrongs(Case("x", "a.csv", b"", ("clear_error",)), told)
    assert wrongs(Case("x", "a.csv", b"", ("load",), types={"a": "numeric"}), told)
