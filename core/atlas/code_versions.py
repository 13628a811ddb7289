"""The version of a contestant's code: a digest of everything in core that decides its score.

The files are those that the contestant's own file imports, directly or not, as far as they lie in folders that fit,
encode or answer. Comments, docstrings and layout do not count: the syntax tree is what is digested.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from core import registry

ROOT = Path(__file__).resolve().parent.parent.parent
# Folders whose code decides a score once the data are read. What only names, stores or shows is left out.
DECIDING = ("contestants", "models", "features", "encoders", "forecasting", "evaluation", "workers", "panels")
# What cuts folds, plans work and computes scores, for all contestants alike.
SCORING = (
    "core.arena.planning", "core.evaluation.splits", "core.evaluation.metrics", "core.evaluation.row_preparation",
    "core.evaluation.tasks", "core.workers.work_clock",
)  # fmt: skip
LENGTH = 12


@cache
def contestant_version(key: str) -> str:
    """Twelve hexadecimal digits that change with the code of a contestant.

    Args:
        key: of an installed contestant.

    Raises:
        KeyError: there is no such contestant.
    """
    module = registry.discover("contestants")[key].fit.__module__
    return _digest(_closure([module]))


@cache
def scoring_version() -> str:
    """Twelve hexadecimal digits that change with the code that cuts folds, plans work and computes scores."""
    return _digest(_closure(SCORING))


def other_code(scoring: str, contestants: Mapping[str, str], titles: Mapping[str, str] | None = None) -> str:
    """Why something was played by other code than the installed one, in a phrase; "" where it was not.

    Args:
        scoring: version of the scoring that played it. contestants: key -> version. titles: key -> what a contestant is
            called in the phrase; its key where there is none.
    """
    if scoring != scoring_version():
        return "folds or scores are computed by other code now"
    changed = []
    for key, version in contestants.items():
        try:
            current = contestant_version(key)
        except KeyError:
            current = ""
        if current != version:
            changed.append((titles or {}).get(key, key))
    return f"other code now: {', '.join(changed)}" if changed else ""


def _digest(modules: Iterable[str]) -> str:
    hasher = hashlib.sha256()
    for module in sorted(modules):
        hasher.update(f"{module} {_tree(module)[0]}\n".encode())
    return hasher.hexdigest()[:LENGTH]


def _closure(start: Iterable[str]) -> set[str]:
    """The modules that these import, directly or not, themselves among them; only those that decide a score."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        module = waiting.pop()
        if module in found or _path(module) is None:
            continue
        found.add(module)
        waiting += [name for name in _tree(module)[1] if name.split(".")[1] in DECIDING]
    return found


def _path(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _tree(module: str) -> tuple[str, tuple[str, ...]]:
    """The digest of a module's code, and the names below core that it imports."""
    path = _path(module)
    assert path is not None
    tree = ast.parse(path.read_bytes())
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            node.body = body[1:]  # type: ignore[attr-defined]
    digest = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    return digest, tuple(sorted(name for name in names if name.startswith("core.") and name.count(".") > 1))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
