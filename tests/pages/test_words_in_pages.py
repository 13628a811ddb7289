"""A lint over the pages: no HTML, no guessing of what to draw, one session state, words for every picture."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
BANNED = {"html", "table", "latex", "map", "iframe", "write"}


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_html_and_no_plain_tables(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "unsafe_allow" not in source and "cache_data" not in source
    for call in calls(ast.parse(source)):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id == "st":
            assert call.func.attr not in BANNED, f"st.{call.func.attr}"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session_state_has_one_home(path: Path) -> None:
    if path.name != "session_state.py":
        assert "st.session_state" not in path.read_text(encoding="utf-8").replace("``st.session_state``", "")


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_every_page_starts_with_the_guard_and_does_no_arithmetic(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    first = [ast.unparse(node) for node in tree.body[1:3]]
    assert first == ["from pages.shell import frame", "frame.require_frame()"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)]


def test_a_second_rerun_never_cuts_a_callback_off() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["fastReruns"] is False
    assert settings["browser"]["gatherUsageStats"] is False and settings["client"]["disableDataExport"] is True
    assert settings["server"]["enableXsrfProtection"] is True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_picture_has_words_for_those_who_do_not_see_it(path: Path) -> None:
    for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "image":
            assert any(word.arg == "alt" for word in call.keywords), f"line {call.lineno}"


def test_no_table_of_numbers_says_none_where_a_number_is_missing() -> None:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        # The browser draws a missing number by itself and leaves the style's words for it aside.
        assert source.count("na_rep=MISSING") <= source.count("placeholder=MISSING"), path.name
