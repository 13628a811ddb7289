"""The papers agree with the code: a short README, links and paths that exist, a drawing made from the imports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from core import limits, schema
from core.report.contract import VERSION
from tests import drawing

ROOT = Path(__file__).resolve().parents[1]
PAPERS = [
    ROOT / name
    for name in (
        "README.md", "CHANGELOG.md", "core/README.md", "core/ADDING.md", "core/evaluation/README.md",
        "core/readers/tables/README.md",
        ".deploy/README.md", ".github/CONTRIBUTING.md", ".github/DECISIONS.md", ".github/SECURITY.md", "data/README.md",
    )
]  # fmt: skip
FOLDERS = ("core", "pages", "tests", "data", ".deploy", ".github", ".ci", ".streamlit")
GONE = {"core/tools", "pages/parts"}  # named where the papers tell what was changed


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors of a paper's headings, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("paper", PAPERS, ids=label)
def test_every_relative_link_leads_somewhere(paper: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", paper.read_text(encoding="utf-8")):
        if link.startswith("http"):
            continue
        place, _, anchor = link.partition("#")
        target = (paper.parent / place).resolve() if place else paper
        assert target.exists(), f"{label(paper)} links to {link}"
        assert not anchor or anchor in anchors(target), f"{label(paper)} links to {link}"


@pytest.mark.parametrize("paper", PAPERS, ids=label)
def test_every_path_in_backticks_exists(paper: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", paper.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for quoted in re.findall(r"`([^`\n]+)`", text):
        path = quoted.partition("::")[0].rstrip("/")
        first = path.partition("/")[0]
        if first not in FOLDERS or " " in path or path in GONE:
            continue
        known = path.partition("<")[0] if "<" in path else path  # of core/models/<modality>/ the part before the gap
        assert (ROOT / known).exists(), f"{label(paper)} names {quoted}"


@pytest.mark.parametrize("paper", PAPERS, ids=label)
def test_every_module_in_backticks_exists(paper: Path) -> None:
    for dotted in re.findall(r"`(?:python -m )?((?:core|pages|tests)(?:\.\w+)+)", paper.read_text(encoding="utf-8")):
        path = ROOT.joinpath(*dotted.split("."))
        gone = dotted == "core.vocabulary"  # named in the CHANGELOG
        assert gone or path.is_dir() or path.with_suffix(".py").exists(), f"{label(paper)} names {dotted}"


def test_every_noun_of_the_flow_is_in_the_schema() -> None:
    for noun in re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", (ROOT / "core" / "README.md").read_text(encoding="utf-8")):
        assert hasattr(schema, noun), noun


@pytest.mark.parametrize("paper", PAPERS, ids=label)
def test_no_paper_names_a_machine(paper: Path) -> None:
    assert not re.search(r"/root/|/work/|/home/\w+/", paper.read_text(encoding="utf-8"))


def test_the_drawing_and_the_floors_are_those_of_the_code() -> None:
    text = drawing.PAPER.read_text(encoding="utf-8")
    assert text == drawing.redrawn(text), f"run `{drawing.COMMAND}`"


def test_the_examples_are_the_files_that_are_played() -> None:
    text = drawing.EXAMPLES.read_text(encoding="utf-8")
    assert text == drawing.with_files(text), f"run `{drawing.COMMAND}`"
    named = set(re.findall(r"<!-- file: (\S+) -->", text))
    assert named == {label(path) for path in (ROOT / "tests" / "plugin_examples").rglob("*.py")} and len(named) == 5


def test_make_targets_in_the_papers_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for paper in PAPERS:
        named = set(re.findall(r"`make (\w+)`|^make (\w+)", paper.read_text(encoding="utf-8"), re.MULTILINE))
        assert {one or other for one, other in named} <= targets, label(paper)


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    latest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert latest is not None and VERSION == project == latest[1]


def test_limits_in_the_papers_are_those_of_the_code() -> None:
    flow, deployment = ((ROOT / name).read_text(encoding="utf-8") for name in ("core/README.md", ".deploy/README.md"))
    for words in (
        f"memory ({limits.READER_MEMORY_BYTES // limits.MB // 1000} GB)",
        f"time ({limits.READER_SECONDS} s of a processor",
        f"first {limits.CORPUS_CHARACTERS:,} characters", f"at most {limits.RATED_ITEMS:,} items",
        f"{limits.RATING_USERS:,} users",
    ):  # fmt: skip
        assert words in " ".join(flow.split()), words
    for words in (
        f"{limits.RUN_MEMORY_SHARE:.0%} of what".replace("%", " %"), f"At most {limits.QUEUE_IN_ALL} runs wait in all",
        f"{limits.QUEUE_PER_OWNER} a visitor, and {limits.RUNS_KEPT_PER_OWNER} are kept a visitor",
        f"below {limits.FREE_DISK_BYTES // limits.MB} MB of free disk",
        f"{limits.RESERVE_BYTES // limits.MB} MB are kept",
        f"beyond {limits.SERVER_BYTES // limits.MB // 1000} GB", f"{limits.RUN_DATA_KEPT_SECONDS // 3600} hours",
        f"after {0.7 * limits.CANCEL_SECONDS:.1f} s", f"leaves after {limits.ENGINE_IDLE_SECONDS // 60} minutes",
        f"{limits.DERIVED_CACHE_BYTES // limits.MB} MB at most",
    ):  # fmt: skip
        assert words in " ".join(deployment.split()), words
