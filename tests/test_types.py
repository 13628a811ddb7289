"""Types and docstrings as numbers: how often core says ``Any``, tuples of different things, documented functions."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
# How often core names ``Any``. It may only fall: whoever lowers the count lowers the number.
ANY_IN_CORE = 233
# How often core annotates a parameter, an answer, a variable or a field with nothing but ``Any``. It may only fall.
ANY_ALONE = 73
# Folders checked by mypy as with --strict.
STRICT = ("schema", "evaluation", "verdicts", "judging")
# Per cent of public functions and methods whose docstring has a section. It may only rise.
WITH_SECTIONS = {
    "schema": 100, "evaluation": 100, "verdicts": 100, "judging": 100, "features": 99, "explain": 95, "models": 81,
}  # fmt: skip
SECTION = re.compile(r"^(Args|Returns|Raises|Yields|Reference):", re.MULTILINE)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def mixed(annotation: ast.expr | None) -> bool:
    """Whether an annotation is a tuple (or None) whose parts have different types."""
    if isinstance(annotation, ast.BinOp):
        return mixed(annotation.left) or mixed(annotation.right)
    if not (isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) in ("tuple", "Tuple")):
        return False
    inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    return len({ast.unparse(part) for part in inside} - {"..."}) > 1


def mixed_parameters(path: Path) -> Iterator[str]:
    """The parameters of a file that are tuples of different things."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                if mixed(argument.annotation):
                    yield f"{node.name}({argument.arg})"


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """The public functions of a module, and the public methods of its public classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)


def test_any_is_said_less_and_less() -> None:
    named = [node for path in CORE for node in ast.walk(tree(path)) if isinstance(node, ast.Name) and node.id == "Any"]
    assert len(named) <= ANY_IN_CORE, f"core names Any {len(named)} times; {ANY_IN_CORE} is the most"


def annotations(node: ast.AST) -> Iterator[ast.expr | None]:
    """What a function or an annotated variable is annotated with."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        yield from (one.annotation for one in every if one is not None)
        yield node.returns
    if isinstance(node, ast.AnnAssign):
        yield node.annotation


def test_nothing_but_any_is_said_less_and_less() -> None:
    every = (one for path in CORE for node in ast.walk(tree(path)) for one in annotations(node))
    alone = [one for one in every if isinstance(one, ast.Name) and one.id == "Any"]
    assert len(alone) <= ANY_ALONE, f"core annotates with nothing but Any {len(alone)} times; {ANY_ALONE} is the most"


def test_no_parameter_is_a_tuple_of_different_things() -> None:
    found = {path.relative_to(ROOT).as_posix(): list(mixed_parameters(path)) for path in [*CORE, *PAGES]}
    assert not {name: those for name, those in found.items() if those}, "make a dataclass of it"


@pytest.mark.parametrize("folder", WITH_SECTIONS)
def test_public_functions_are_documented_in_sections(folder: str) -> None:
    paths = sorted((ROOT / "core" / folder).rglob("*.py"))
    functions = [node for path in paths for node in public_functions(tree(path).body)]
    bare = [node.name for node in functions if not SECTION.search(ast.get_docstring(node) or "")]
    share = 100 * (len(functions) - len(bare)) / len(functions)
    assert share >= WITH_SECTIONS[folder], f"{share:.0f} % of core/{folder}; without a section: {', '.join(bare)}"


@pytest.mark.parametrize("folder", STRICT)
def test_the_folders_that_decide_are_checked_strictly(folder: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    (strict,) = (one for one in settings["overrides"] if f"core.{folder}.*" in one["module"])
    assert all(strict[name] for name in ("disallow_untyped_defs", "disallow_any_generics", "warn_return_any"))
    assert (ROOT / "core" / "py.typed").exists()
