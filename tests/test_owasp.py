"""The OWASP file-upload requirements, one test each; the table in SECURITY.md names every one of them."""

from __future__ import annotations

import io
import os
import pickle
import re
import stat
import tomllib
import zipfile
from pathlib import Path

import pytest

from core import ingest, limits
from core.runtime import jobs
from core.schema import LoadError, Plan
from core.storage import paths
from pages.backend import datasets

ROOT = Path(__file__).resolve().parents[1]
TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (k, k * k) for k in range(30))


class Bearer:
    """What a pickle would run when it is opened."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/owned-by-a-pickle",)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(jobs, "ensure_scheduler", lambda: None)
    return tmp_path


def refused(tmp_path: Path, name: str, content: bytes) -> LoadError:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(LoadError) as told:
        ingest.read(path, name)
    return told.value


@pytest.mark.parametrize("name", ["t.csv.exe", "t.html", "t.csv\x00.exe", "t.pkl", "t.pt", "t.onnx", "t.pdf"])
def test_only_known_extensions(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path, name, TABLE).how


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.php", b"<?php system($_GET['c']); ?>"),
        ("t.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("t.jsp;.csv", b"<% Runtime.getRuntime().exec(request.getParameter(1)); %>"),
        (".htaccess", b"AddType application/x-httpd-php .csv\n"),
    ],
)
def test_an_unknown_extension_needs_the_content_of_data(name: str, content: bytes, tmp_path: Path) -> None:
    refused(tmp_path, name, content)


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(64), b"MZ" + bytes(200), b"\x7fELF" + bytes(200), b"%PDF-1.7\n" + bytes(64),
     pickle.dumps(Bearer()), b"<!DOCTYPE html><script>alert(1)</script>"],
    ids=["picture", "program", "library", "document", "pickle", "web page"],
)  # fmt: skip
def test_the_content_decides_not_the_name_or_the_declared_type(content: bytes, tmp_path: Path) -> None:
    refused(tmp_path, "table.csv", content)
    assert not Path("/tmp/owned-by-a-pickle").exists()


@pytest.mark.parametrize(
    "name", ["../../../out.csv", "/etc/cron.d/out.csv", "..\\..\\out.csv", "CON.csv", "a" * 400 + ".csv"]
)
def test_the_application_chooses_the_name(name: str, place: Path) -> None:
    before = set(place.rglob("*"))
    folder = datasets.read_upload(name, io.BytesIO(TABLE))
    made = set(place.rglob("*")) - before
    assert made and all(path.is_relative_to(paths.home_folder()) for path in made)
    assert not any("out" in path.name or "CON" in path.name for path in made)
    assert folder.is_relative_to(paths.home_folder())


def test_size_is_limited_at_the_door_in_the_quota_and_in_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 1e6 == limits.UPLOAD_BYTES
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 20)
    assert "limit" in str(refused(tmp_path, "t.csv", TABLE)).lower() or "MB" in str(refused(tmp_path, "t.csv", TABLE))


def test_only_the_owner_reads_back(place: Path) -> None:
    folder, owner = datasets.read_upload("t.csv", io.BytesIO(TABLE)), jobs.new_owner_id()
    run = jobs.submit(folder, None, Plan(), owner)
    for stranger in (jobs.new_owner_id(), "", "%", owner.upper(), owner[:-1]):
        assert jobs.get_state(run, stranger) is None
        assert jobs.run_folder(run, stranger) is None
        assert jobs.load_result(run, stranger) is None
        assert jobs.get_events(run, stranger) == []
        assert not jobs.cancel(run, stranger)
    assert jobs.get_state(run, owner) is not None and len(run) == len(owner) == 32


def test_uploads_lie_outside_the_web_root_for_their_owner_only(place: Path) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert not config["server"].get("enableStaticServing", False) and not (ROOT / "static").exists()
    folder = datasets.read_upload("t.csv", io.BytesIO(TABLE))
    assert not folder.is_relative_to(ROOT)
    assert stat.S_IMODE(paths.home_folder().stat().st_mode) == 0o700


def test_nothing_uploaded_can_be_executed(place: Path) -> None:
    folder = datasets.read_upload("t.csv", io.BytesIO(TABLE))
    for path in folder.rglob("*"):
        assert path.is_dir() or not path.stat().st_mode & 0o111, path
        assert path.suffix not in (".py", ".pkl", ".joblib", ".pt", ".so")


def test_bombs_are_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a", "b"):
            archive.writestr(f"{name}/bomb.txt", b"0" * 60_000_000)
    refused(tmp_path, "texts.zip", held.getvalue())


def test_outside_entities_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-word", encoding="utf-8")
    held = io.BytesIO()
    import pandas as pd

    pd.DataFrame({"a": range(30), "b": ["x"] * 30}).to_excel(held, index=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(held) as clean, zipfile.ZipFile(packed, "w") as dirty:
        for entry in clean.infolist():
            content = clean.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
                content = content.replace(b"?>", b"?>" + entity, 1).replace(b"<v>3</v>", b"<v>&e;</v>")
            dirty.writestr(entry.filename, content)
    path = tmp_path / "upload"
    path.write_bytes(packed.getvalue())
    try:
        said = repr(ingest.read(path, "t.xlsx"))
    except LoadError as told:
        said = str(told)
    assert "the-secret-word" not in said


def test_forged_requests_are_refused_by_configuration() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["enableXsrfProtection"] is True and config["server"]["enableCORS"] is True


def test_the_policy_names_tests_that_exist() -> None:
    policy = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w./]+?)(?:::(\w+))?`", policy)
    assert len(named) >= 10
    for path, function in named:
        there = ROOT / path
        assert there.exists(), path
        assert not function or f"def {function}(" in there.read_text(encoding="utf-8"), function
    assert {path for path, _ in named} >= {"tests/test_owasp.py"}
    mine = re.findall(r"^def (test_\w+)\(", Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name in mine if name != "test_the_policy_names_tests_that_exist"} <= {name for _, name in named}
