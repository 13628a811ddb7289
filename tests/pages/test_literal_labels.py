"""A wall over every call that draws Markdown: what it is given is constant, or went through a function that escapes.

Streamlit reads labels, titles, options, captions and help texts as Markdown. A name from a file, a typed sentence and a
title in an imported history would be read too, so each of them has to pass ``formatting.md`` (or ``escape_markdown``,
which makes a code span). The wall follows names to where they are assigned and functions to what they return; what it
cannot follow is written so that it can.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {path.stem: path for path in (ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")))}
LABEL_FIRST = (
    "audio_input", "badge", "button", "camera_input", "caption", "checkbox", "color_picker", "date_input", "dialog",
    "download_button", "error", "expander", "file_uploader", "form_submit_button", "header", "info", "link_button",
    "markdown", "menu_button", "multiselect", "number_input", "pills", "popover", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "spinner", "status", "subheader", "success", "tabs", "text_area",
    "text_input", "time_input", "title", "toast", "toggle", "warning",
)  # fmt: skip
PLACES = dict.fromkeys(LABEL_FIRST, (0,)) | {"metric": (0, 1, 2), "progress": (1,), "page_link": (), "image": (1,)}
WORDS = {"label", "body", "text", "title", "caption"}
VALUES = {"metric": {"label", "value", "delta"}}
OPTIONS = {"pills", "segmented_control", "radio", "select_slider"}
SAFE = {
    "md", "escape_markdown", "join_names", "len", "format_bytes", "format_count", "format_number", "format_percent",
    "format_points", "format_rows", "format_seconds", "round_seconds",
}  # fmt: skip


@dataclass
class Module:
    """A file of the pages: its functions by name, and where its imports come from."""

    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)


@cache
def module(stem: str) -> Module:
    tree = ast.parse(FILES[stem].read_text(encoding="utf-8"))
    return Module(tree, {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)})


@dataclass
class Scope:
    """Where an expression stands: its file and the functions around it, outermost first."""

    stem: str
    around: tuple[ast.AST, ...]

    def values(self, name: str) -> Iterator[ast.expr | None]:
        """Every expression that ``name`` may hold here; ``None`` for a parameter or what cannot be followed."""
        for scope in reversed(self.around):
            found = list(_assigned(scope, name))
            if found:
                yield from found
                return


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr | None]:
    if isinstance(scope, ast.FunctionDef | ast.Lambda):
        arguments = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
        if any(one.arg == name for one in arguments):
            yield None
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _matched(target, node.value, name)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
            yield from _matched(node.target, node.value, name)
        elif isinstance(node, ast.For | ast.comprehension):
            for value in _items(node.iter):
                yield from _matched(node.target, value, name)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield from _matched(node.optional_vars, None, name)


def _matched(target: ast.expr, value: ast.expr | None, name: str) -> Iterator[ast.expr | None]:
    """What ``name`` gets when ``value`` is assigned to ``target``."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple | ast.List):
        same = value.elt if isinstance(value, ast.GeneratorExp | ast.ListComp) else None
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [same] * len(target.elts)
        for one, part in zip(target.elts, parts, strict=False):
            yield from _matched(one, part, name)


def _items(iterated: ast.expr) -> list[ast.expr | None]:
    return list(iterated.elts) if isinstance(iterated, ast.Tuple | ast.List) else [None]


def numeric(part: ast.FormattedValue) -> bool:
    """A value with a number format: a string there would raise."""
    said = "".join(str(getattr(value, "value", "")) for value in getattr(part.format_spec, "values", []))
    return said[-1:] in ("g", "f", "d", ",", "e", "%")


def safe(value: ast.expr | None, scope: Scope, seen: frozenset[str] = frozenset()) -> bool:
    """Whether Markdown may be given this: constants, escaped strings, numbers, and what is put together of them."""

    def all_safe(parts: Iterator[ast.expr | None] | list[ast.expr]) -> bool:
        return all(safe(part, scope, seen) for part in parts)

    match value:
        case None:
            return False
        case ast.Constant():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.isupper():
            return True  # a constant of ours
        case ast.Name(id=name):
            return name not in seen and _name_is_safe(name, scope, seen | {name})
        case ast.IfExp(body=body, orelse=orelse):
            return all_safe([body, orelse])
        case ast.BoolOp(values=values) | ast.JoinedStr(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            return all_safe(values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return all_safe([left, right])
        case ast.FormattedValue(value=inner):
            return numeric(value) or safe(inner, scope, seen)
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            return safe(inner, scope, seen)
        case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv()):
            return True  # a number
        case ast.Dict(values=values):
            return all_safe(values)
        case ast.DictComp(value=inner):
            return safe(inner, scope, seen)
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return safe(element, scope, seen)
        case ast.Lambda(body=body):
            return safe(body, Scope(scope.stem, (*scope.around, value)), seen)
        case ast.Call():
            return _call_is_safe(value, scope, seen)
    return False


def _name_is_safe(name: str, scope: Scope, seen: frozenset[str]) -> bool:
    found = list(scope.values(name))
    return bool(found) and all(safe(value, scope, seen) for value in found)


def _call_is_safe(call: ast.Call, scope: Scope, seen: frozenset[str]) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Constant(), attr="join"):
            return safe(call.args[0], scope, seen)
        case ast.Attribute(value=owner, attr="get" | "capitalize" | "lower" | "removesuffix" | "__getitem__"):
            return safe(owner, scope, seen)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in FILES and name in module(owner).functions:
            return name in SAFE or returns_are_safe(owner, name, seen)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in SAFE or (
                any(name == one for one in module(scope.stem).functions) and returns_are_safe(scope.stem, name, seen)
            )
    return False


def returns_are_safe(stem: str, name: str, seen: frozenset[str]) -> bool:
    key = f"{stem}.{name}"
    if key in seen:
        return False
    function = module(stem).functions[name]
    scope = Scope(stem, (module(stem).tree, function))
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(returned) and all(safe(value, scope, seen | {key}) for value in returned)


def format_is_safe(value: ast.expr, scope: Scope) -> bool:
    """Whether ``format_func`` gives safe words: a function that escapes, a lambda, or a table of constants."""
    match value:
        case ast.Name(id=name) if name in SAFE:
            return True
        case ast.Name(id=name) if name in module(scope.stem).functions:
            return returns_are_safe(scope.stem, name, frozenset())
        case ast.Attribute(value=owner, attr="get" | "__getitem__"):
            return safe(owner, scope)
    return safe(value, scope) if isinstance(value, ast.Lambda) else False


def drawn(stem: str) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call of a file that may draw, with the functions around it."""

    def walk(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[ast.Call, Scope]]:
        inner = (*around, node) if isinstance(node, ast.FunctionDef | ast.Lambda) else around
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, Scope(stem, around)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, inner)

    tree = module(stem).tree
    yield from walk(tree, (tree,))


def texts(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that Streamlit reads as Markdown."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    for place in PLACES.get(name, ()):
        if place < len(call.args):
            yield call.args[place]
    for word in call.keywords:
        if word.arg == "help" or (name in PLACES and word.arg in VALUES.get(name, WORDS)):
            yield word.value


def found(stem: str) -> list[str]:
    """What stands unescaped before Markdown in a file, as ``line: expression``."""
    bad = []
    for call, scope in drawn(stem):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if isinstance(call.func, ast.Attribute) and "getLogger" in ast.unparse(call.func.value):
            continue
        wrong = [text for text in texts(call) if not safe(text, scope)]
        if name in OPTIONS:
            format_function = next((word.value for word in call.keywords if word.arg == "format_func"), None)
            options = call.args[1] if len(call.args) > 1 else None
            if format_function is not None and not format_is_safe(format_function, scope):
                wrong.append(format_function)
            elif format_function is None and not safe(options, scope):
                wrong.append(options or call)
        bad += [f"{text.lineno}: {ast.unparse(text)}" for text in wrong]
    return bad


@pytest.mark.parametrize("stem", FILES)
def test_what_markdown_is_given_is_constant_or_escaped(stem: str) -> None:
    assert found(stem) == []


@pytest.mark.parametrize("stem", FILES)
def test_no_badge_is_drawn_in_a_caption(stem: str) -> None:
    """Captions are translucent, and the letters of a badge in one fall below the contrast that is readable."""
    assert badges_in_captions(module(stem).tree) == []


def test_a_badge_in_a_caption_is_found() -> None:
    tree = ast.parse("M = ':red-badge[x]'\nst.caption(f'{M} y')\nst.caption(':gray-badge[z]')\nst.markdown(M)")
    assert badges_in_captions(tree) == [2, 3]


def badges_in_captions(tree: ast.Module) -> list[int]:
    """The lines of captions that hold a badge themselves or name a constant of the file that does."""
    marks = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and "-badge[" in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    captions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "caption"
    ]
    return [
        call.lineno
        for call in captions
        if "-badge[" in ast.unparse(call) or any(isinstance(n, ast.Name) and n.id in marks for n in ast.walk(call))
    ]


@pytest.mark.parametrize(
    "body",
    [
        "st.caption(name)",
        'st.error(f"no {name}")',
        'st.expander("Before: " + truncated(name))',
        "st.button('x', help=name)",
        "st.pills('x', [1], format_func=names.get)",
        "st.pills('x', names)",
        "st.tabs([one for one in names])",
        "left.metric('x', name)",
        "st.caption(shown(name))",
        "label = name\n    st.checkbox(label)",
        "label = md(name)\n    label = name\n    st.checkbox(label)",
        "st.selectbox(name, names)",
        "st.progress(1.0, text=name)",
    ],
)
def test_the_wall_stops(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_found_in(body, tmp_path, monkeypatch)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "st.caption(md(name))",
        'left.caption(f"{escape_markdown(name)} and {len(names):,}")',
        "st.pills('x', names, format_func=md)",
        "st.selectbox('x', names)",
        "label = md(name) if name else 'none'\n    st.checkbox(label)",
        "st.caption(told(name))",
        "st.caption(' · '.join(md(one) for one in names))",
        "for label in ('a', 'b'):\n        st.button(label)",
        "st.text(name)",
    ],
)
def test_the_wall_lets_through(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _found_in(body, tmp_path, monkeypatch) == []


def _found_in(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    stem = f"made_up_{abs(hash(body))}"
    helpers = "def shown(x):\n    return x\n\ndef told(x):\n    return '**' + md(x) + '**'\n\n"
    path = tmp_path / "made_up.py"
    path.write_text(f"{helpers}def draw(name, names):\n    {body}\n", encoding="utf-8")
    monkeypatch.setitem(FILES, stem, path)
    return found(stem)
