"""The child process that runs one function a model wrote against our unit tests: the only place that runs such text.

The task, the tests and the message are ours; the text is what a model of known weights wrote to them. It is read as a
syntax tree first and refused if it names anything that reaches out of itself, then runs in the limited child that also
reads uploads, with a second limit on processor time, without files to write, and with few built-in names.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import runpy
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.ingest import reader_process
from core.schema import JsonObject

SECONDS = 3
NAMES = (
    "abs", "all", "any", "bin", "bool", "chr", "dict", "divmod", "enumerate", "filter", "float", "int", "isinstance",
    "len", "list", "map", "max", "min", "ord", "pow", "range", "reversed", "round", "set", "sorted", "str", "sum",
    "tuple", "zip", "True", "False", "None", "ValueError", "TypeError", "IndexError", "KeyError", "ZeroDivisionError",
    "Exception", "print", "next", "iter", "slice", "frozenset",
)  # fmt: skip
# Frames and tracebacks lead from a generator or an error to everything else.
REACHING = ("_", "gi_", "cr_", "ag_", "f_", "tb_", "format")


def refusal(code: str) -> str | None:
    """Why a text is not run.

    Args:
        code: what was written.

    Returns:
        A few words, or None where it may run.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "no valid Python"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            return "imports something"
        if isinstance(node, ast.Attribute) and node.attr.startswith(REACHING):
            return f"uses .{node.attr[:30]}"
        if isinstance(node, ast.MatchClass):
            return "matches classes"
        if isinstance(node, ast.Name) and node.id.startswith("_") and node.id != "_":
            return f"uses {node.id[:30]}"
    return None


def run_task(order: JsonObject) -> JsonObject:
    """Whether a function passes its tests.

    Args:
        order: "code", "name" of the function, "cases": [[arguments, expected], ...].

    Returns:
        {"passed": bool, "why": the first thing that went wrong, "" if nothing did}.
    """
    if (why := refusal(str(order["code"]))) is not None:
        return {"passed": False, "why": why}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.py"
        path.write_text(str(order["code"]), encoding="utf-8")
        with limited():
            try:
                made = runpy.run_path(str(path), {"__builtins__": {name: getattr(builtins, name) for name in NAMES}})
                wrong = first_wrong(made.get(str(order["name"])), order["cases"])
            except RecursionError:
                wrong = "calls itself without end"
            except Exception as error:
                wrong = type(error).__name__
    return {"passed": not wrong, "why": wrong}


def first_wrong(function: object, cases: list[tuple[list[object], object]]) -> str:
    """The first call that gives another value than it must, in words; "" where none does.

    Args:
        function: what was written under the name asked for; None where nothing was. cases: arguments and values.
    """
    if not callable(function):
        return "no function of that name"
    for arguments, expected in cases:
        found = function(*arguments)
        if isinstance(expected, bool) != isinstance(found, bool) or not close(found, expected):
            return "a wrong value"
    return ""


def close(found: object, expected: object) -> bool:
    """Equality, of numbers up to rounding; a number given as text is none."""
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return abs(found - expected) <= 1e-9 * max(1.0, abs(expected))
    return type(found) is type(expected) and bool(found == expected)


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Less processor time from here on, and no files to write until the end, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        yield
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + SECONDS, hard))
    files = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, files[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, files)


if __name__ == "__main__":
    sys.exit(reader_process.main(run_task))
