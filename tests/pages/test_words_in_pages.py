"""A lint over the pages: what reaches Markdown is a literal, or went through a function that makes it inert."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
MARKDOWN = {
    "badge", "caption", "error", "expander", "header", "info", "markdown", "popover", "progress", "spinner", "status",
    "subheader", "success", "tabs", "title", "toast", "warning", "write", "button", "download_button", "metric",
    "page_link", "toggle", "checkbox",
}  # fmt: skip
SAFE = {
    "escape_markdown",
    "md",
    "format_number",
    "format_points",
    "format_percent",
    "format_seconds",
    "format_bytes",
    "format_money",
    "format_rows",
    "join_names",
    "format_share",
    "format_count",
    "favours_badge",
    "family_badge",
    "family_dot",
    "len",
}
BANNED = {"html", "table", "latex", "map", "iframe"}


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


def drawing(call: ast.Call, names: set[str]) -> bool:
    """Whether a call is ``st.x(...)`` or ``column.x(...)``: an attribute of a name that no import or dict owns."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in names


def safe(value: ast.expr) -> bool:
    """A call of a safe function, a literal, a choice between safe things, or a number formatted as one."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.IfExp):
        return safe(value.body) and safe(value.orelse)
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in SAFE
    if isinstance(value, ast.JoinedStr):
        return all(safe(part.value) or numeric(part) for part in value.values if isinstance(part, ast.FormattedValue))
    return False


def numeric(part: ast.FormattedValue) -> bool:
    """A value with a number format (``:g``, ``:,``, ``:.3g``): a string there would raise, so it cannot be one."""
    if part.format_spec is None:
        return False
    said = "".join(str(getattr(value, "value", "")) for value in getattr(part.format_spec, "values", []))
    return said[-1:] in ("g", "f", "d", ",", "e")


def unsafe(source: str) -> list[int]:
    """Line numbers of f-strings with data that is not made inert, in arguments that Streamlit reads as Markdown."""
    found = []
    for call in calls(ast.parse(source)):
        if drawing(call, MARKDOWN):
            texts = [
                *call.args,
                *(word.value for word in call.keywords if word.arg in ("label", "text", "body", "help")),
            ]
            found += [text.lineno for text in texts if isinstance(text, ast.JoinedStr) and not safe(text)]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_raw_data_in_markdown(path: Path) -> None:
    assert unsafe(path.read_text(encoding="utf-8")) == []


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


def test_the_lint_can_fail() -> None:
    assert unsafe('st.error(f"no {column}")') == [1]
    assert unsafe('left.caption(f"{escape_markdown(a)} and {b}")') == [1]
    assert unsafe('st.caption(f"{escape_markdown(a)}, {n:,}")') == []


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
