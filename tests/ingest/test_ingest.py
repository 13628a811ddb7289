"""The reader child: what comes back, what is refused, and that no limit can be passed."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import ingest, limits
from core.ingest import sandbox
from core.schema import LoadError
from core.storage import dataset_store

TABLE = "age,price,colour,bought\n" + "".join(
    f"{20 + i * 7 % 50},{i * 1.25},{('red', 'blue')[i % 2]},{('yes', 'no')[i // 2 % 2]}\n" for i in range(60)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_text(TABLE)
    return path


def test_inspect_keeps_its_contract(table: Path) -> None:
    told = ingest.inspect(table, "shop.csv", target="bought")
    assert told["outcome"] == "load"
    assert (told["modality"], told["rows"], told["cols"]) == ("table", 60, 4)
    assert [column["type"] for column in told["columns"]] == ["numeric", "numeric", "categorical", "boolean"]
    assert told["target"] == {"name": "bought", "task": "binary", "classes": ["no", "yes"], "rows_used": 60}
    assert {"items", "items_bad", "classes", "warnings"} <= told.keys()
    json.dumps(told)


def test_inspect_words_every_refusal(tmp_path: Path) -> None:
    for data in (b"", b"\x89PNG\r\n\x1a\n", b"a,b\n1,2\n"):
        path = tmp_path / "x"
        path.write_bytes(data)
        told = ingest.inspect(path, "x.csv")
        assert told["outcome"] == "clear_error"
        assert told["message"] and told["what"]
    assert ingest.inspect(tmp_path / "nowhere.csv")["outcome"] == "clear_error"


def test_receive_gives_a_parcel_without_pickles(table: Path, tmp_path: Path) -> None:
    folder = ingest.read_upload(table, "shop.csv", folder=tmp_path / "parcel")
    assert sorted(entry.name for entry in folder.iterdir()) == ["dataset.json", "inputs.parquet"]
    card = dataset_store.read_summary(folder)
    assert card["rows"] == 60 and card["suggested"]["target"] == "bought"
    assert len(card["preview"]) == 50 and card["preview"][0][2] == "red"
    assert len(dataset_store.load(folder)) == 60


def test_receive_leaves_nothing_behind_after_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(LoadError, match="pickle"):
        ingest.read_upload(path, "x.csv", folder=tmp_path / "parcel")
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_sample_is_cached_and_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    folder = ingest.sample_folder("telco_churn")
    before = (folder / dataset_store.CARD).stat().st_mtime_ns
    assert ingest.sample_folder("telco_churn") == folder
    assert (folder / dataset_store.CARD).stat().st_mtime_ns == before
    assert dataset_store.read_summary(folder)["rows"] == 7_043
    with pytest.raises(LoadError, match="no sample"):
        ingest.sample_folder("no_such_thing")


def test_read_lets_only_load_errors_out(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret path")

    monkeypatch.setattr("core.readers.tables.read_table.read_table", broken)
    with pytest.raises(LoadError) as caught:
        ingest.read(table, "shop.csv")
    assert "secret" not in str(caught.value)


def test_file_over_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with open(path, "wb") as file:
        file.truncate(limits.UPLOAD_BYTES + 1)
    with pytest.raises(LoadError, match="200 MB"):
        ingest.read_upload(path, folder=tmp_path / "parcel")


def test_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READER_SECONDS", 1)
    monkeypatch.setattr(sys, "executable", _script(tmp_path, "import time; time.sleep(60)"))
    start = time.perf_counter()
    with pytest.raises(LoadError, match="stopped after 5 seconds"):
        sandbox.run_reader({"path": "x", "name": "x"})
    assert time.perf_counter() - start < 15


def test_reader_that_computes_too_long_is_told_apart_from_a_busy_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"))
    with pytest.raises(LoadError, match="limit of 60 seconds of a processor"):
        sandbox.run_reader({"path": "x", "name": "x"})


@pytest.mark.parametrize("body", ["import os; os.kill(os.getpid(), 9)", "import os; os._exit(77)", "print('nonsense')"])
def test_reader_that_dies_is_a_refusal(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", _script(tmp_path, body))
    with pytest.raises(LoadError):
        sandbox.run_reader({"path": "x", "name": "x"})


def _script(folder: Path, body: str) -> str:
    """A program that ignores its arguments and runs this body."""
    file = folder / "reader.sh"
    file.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{body}"\n')
    file.chmod(0o755)
    return str(file)


def test_child_may_not_take_more_memory_than_the_limit() -> None:
    body = (
        "from core.ingest import reader_process\nreader_process._limit()\n"
        "try:\n    held = bytearray(3_000_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, cwd=sandbox.ROOT, timeout=60)
    assert done.stdout.strip() == "refused"


def test_the_page_process_parses_nothing(table: Path, tmp_path: Path) -> None:
    body = (
        "import sys\nfrom core import ingest\nfrom core.storage import dataset_store\n"
        f"folder = ingest.read_upload({str(table)!r}, 'shop.csv', folder={str(tmp_path / 'p')!r})\n"
        "dataset_store.read_summary(folder)\n"
        "print([name for name in ('pandas', 'pyarrow', 'torch', 'PIL', 'python_calamine') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, cwd=sandbox.ROOT, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_small_upload_is_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(TABLE.split("\n")[0] + "\n" + "\n".join(TABLE.split("\n")[1:-1] * 1_000))
    assert 0.8e6 < path.stat().st_size < 1.3e6
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ingest.inspect(path, target="bought")["rows"] == 60_000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 5.0, "far above what the bench measures: this only tells a slip into the slow way"
