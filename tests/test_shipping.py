"""What is shipped agrees: the lock holds every requirement, the container and the proxy are careful."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s\\;]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    found = PIN.findall(path.read_text(encoding="utf-8"))
    return {name.lower().replace("_", "-"): version.split("+")[0] for name, version in found}


def test_the_lock_holds_every_requirement_at_its_version() -> None:
    wanted, locked = pins(ROOT / "requirements.txt"), pins(ROOT / ".deploy" / "requirements.lock")
    lines = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(wanted) == len([line for line in lines if not line.startswith("#")]), "every requirement is pinned"
    assert {name: locked.get(name) for name in wanted} == wanted


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / ".deploy" / "requirements.lock").read_text(encoding="utf-8")
    starts = [found.start() for found in PIN.finditer(lock)] + [len(lock)]
    for first, last in itertools.pairwise(starts):
        block = lock[first:last]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:60]
    assert not re.search(r"^(-e|git\+|https?://|.* @ )", lock, re.MULTILINE)


def test_the_container_is_careful() -> None:
    said = (ROOT / ".deploy" / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001$", said, re.MULTILINE) and "HEALTHCHECK" in said and "--require-hashes" in said
    assert said.index("USER 10001") < said.index('CMD ["streamlit"')
    assert "--read-only" in said and "no-new-privileges" in said and "ADD " not in said
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv"} <= set(left_out)
    assert re.search(r"^FROM \S+:3\.11", said, re.MULTILINE), "the lock is made for this version"


@pytest.mark.parametrize(
    "header",
    ["Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy",
     "X-Frame-Options", "Permissions-Policy"],
)  # fmt: skip
def test_the_proxy_sends_security_headers(header: str) -> None:
    proxy = (ROOT / ".deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(rf"^\s*add_header {header} .* always;", proxy, re.MULTILINE)
    assert "unsafe-eval" not in proxy.replace("wasm-unsafe-eval", "")


def test_nothing_is_told_to_anybody() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["server"]["enableAgentApi"] is False


def test_what_runs_alone_lies_where_make_looks_for_it() -> None:
    alone = re.search(r"^ALONE := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    folders = tuple(f"{folder}/" for folder in alone[1].split()) if alone else ()
    files = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "mark.serial" in path.read_text("utf-8")]
    marked = [path.relative_to(ROOT).as_posix() for path in files if path != Path(__file__)]
    assert marked and [name for name in marked if not name.startswith(folders)] == []
