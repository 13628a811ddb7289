"""No rule that decides what is computed reads a real clock: only files that show times or guard processes do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLOCKS = {"perf_counter", "process_time", "monotonic", "thread_time", "time", "perf_counter_ns", "process_time_ns"}
# Clocks of these folders and files measure durations for display, or end processes that hang; none ends or plans
# training, explaining or anything else whose result is shown as a score.
FOLDERS = {
    "profiling": "measures seconds, which is what it reports",
    "runtime": "jobs, heartbeats and limits of processes",
    "workers": "the guard, deadlines of processes and seconds for display",
    "deployment": "measures seconds of answers",
    "plugin_checks": "tells the author of a plug-in that a fit takes too long",
}
FILES = {
    "core/storage/run_store.py": "patience with a lock",
    "core/storage/vector_cache.py": "what an embedding cost, for display",
    "core/arena/prediction_service.py": "an idle service ends",
    "core/arena/progress_throttle.py": "how often progress is shown",
    "core/modalities/image.py": "the limit of the reading process, below which it stops by itself",
    "core/modalities/sound.py": "the limit of the reading process, below which it stops by itself",
    "core/modalities/video/__init__.py": "the limit of the reading process, below which it stops by itself",
    "core/readers/clips/clip_decoder.py": "the limit of one clip in the reading process",
    "core/readers/clips/film_decoder.py": "the limit of one film in a process of its own",
    "core/measurements/deployment/edge_device.py": "measures seconds of answers",
    "core/explain/ground_truth.py": "repeats a measurement of seconds",
}


def clock_reads(tree: ast.AST) -> set[int]:
    """Numbers of the lines that read a clock of the ``time`` module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and getattr(node.value, "id", "") == "time":
            found.add(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "time" and CLOCKS & {one.name for one in node.names}:
            found.add(node.lineno)
    return found


def assignments(node: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """(target, value) of an assignment; tuples are taken apart."""
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.NamedExpr | ast.AnnAssign) or node.value is None:
        return []
    found: list[tuple[ast.AST, ast.AST]] = []
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            found += zip(target.elts, node.value.elts, strict=False)
        else:
            found.append((target, node.value))
    return found


def deciding_reads(tree: ast.AST) -> set[int]:
    """Lines on which a number that came from a clock is compared, in the function that read it.

    A name is followed through assignments and loops within the function: what is computed from a clock is a clock.
    """
    found: set[int] = set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    for function in functions:
        if not clock_reads(function):
            continue
        tainted: set[str] = set()

        def reads(node: ast.AST, tainted: set[str] = tainted) -> bool:
            names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            return bool(names & tainted) or bool(clock_reads(node))

        for _ in range(3):
            for node in ast.walk(function):
                for target, value in assignments(node):
                    if reads(value):
                        tainted |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and reads(node):
                found.add(node.lineno)
    return found


def test_no_rule_reads_a_real_clock() -> None:
    wrong = []
    for path in sorted((ROOT / "core").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[1] in FOLDERS or name in FILES:
            continue
        lines = deciding_reads(ast.parse(path.read_text(encoding="utf-8")))
        wrong += [f"{name}:{line} compares a number that came from a real clock" for line in sorted(lines)]
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_still_there_and_reads_a_clock() -> None:
    for name in FILES:
        path = ROOT / name
        assert path.exists() and clock_reads(ast.parse(path.read_text(encoding="utf-8"))), name
    for name in FOLDERS:
        assert (ROOT / "core" / name).is_dir(), name


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("def f():\n    start = time.perf_counter()\n    while time.perf_counter() - start < 3:\n        g()", True),
        ("def f():\n    end = time.time() + 5\n    for x in y:\n        if late(end) or end < x: break", True),
        ("def f():\n    a = time.process_time()\n    g()\n    b = time.process_time() - a\n    return b", False),
        ("def f():\n    spent = clock.elapsed()\n    return spent > 3", False),
        ("def f():\n    a = time.monotonic()\n    n = 5 / (time.monotonic() - a)\n    return n > 2", True),
        ("def f():\n    a, clock = time.monotonic(), WorkClock()\n    return clock.elapsed() > 2", False),
    ],
)
def test_the_rule_finds_what_it_is_for(code: str, wrong: bool) -> None:
    assert bool(deciding_reads(ast.parse(code))) == wrong
