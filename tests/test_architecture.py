"""The walls of the house: who may import whom, how big a file may grow, and what nobody may do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
PLUGINS = ("modalities", "contestants", "measurements", "claims", "scenarios")
# The walls. A folder may import folders of the floors above its own line here, and none of its own floor.
CORE_FLOORS = (
    ("schema", "limits"),
    ("registry", "wording", "units"),
    ("workers", "document"),
    ("readers",),
    ("panels",),
    ("storage", "features", "evaluation"),
    ("explain", "perturbation", "profiling", "judging", "verdicts", "ingest", "encoders", "language_models"),
    ("states", "report"),
    ("models", "arena", "audit", "cli"),
    ("deployment", "plugin_checks", "forecasting"),
    ("bundles", "atlas"),
    (*PLUGINS, "runtime", "api"),
    ("__main__",),
)
# The scripts of the pages stand under "scripts"; app.py draws the frame and nothing else.
PAGE_FLOORS = (
    ("ui",),
    ("backend",),
    ("summaries",),
    ("charts", "shell"),
    ("components",),
    ("contest",),
    ("live", "data", "measurements", "mistakes"),
    ("views",),
    ("scripts",),
)
# What pages may know of core beside what ``pages/backend`` asks for them: the declared types, the limits, which are
# constants without code behind them, and how numbers are written with their units.
KNOWN_TO_PAGES = ("schema", "limits", "units")
HEAVY = {"torch", "xgboost", "shap", "captum"}
FORBIDDEN_NAMES = {
    "utils", "common", "helpers", "misc", "base", "manager", "types", "statistics", "random", "code", "tools", "parts",
}  # fmt: skip
FILES_IN_A_FOLDER = 25
SHARE_OF_LINES = 0.15


def name_of(path: Path) -> str:
    """The dotted module name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def source(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file's syntax tree, the module first; each file is parsed once for all rules."""
    return list(ast.walk(ast.parse(source(path))))


@cache
def imports(path: Path, top_only: bool = False) -> set[str]:
    """Every module a file imports; with top_only those not inside a function or a TYPE_CHECKING block."""
    inside = set()
    if top_only:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            ):
                inside |= {id(child) for child in ast.walk(node)}
    found = set()
    for node in nodes(path):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def roots(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


def folder_of(module: str) -> str:
    """The folder below core or pages that a dotted name lies in; the name of a file that lies beside them."""
    parts = module.split(".")
    if parts[0] == "pages":
        path = ROOT / "pages" / f"{parts[1]}.py" if len(parts) > 1 else None
        return "" if path is None else "scripts" if path.exists() else parts[1]
    return parts[1] if parts[0] == "core" and len(parts) > 1 else ""


def floors(of: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    return {folder: floor for floor, folders in enumerate(of) for folder in folders}


def hold(violations: Iterable[str]) -> None:
    """Fails with every violation of a rule, one a line."""
    found = sorted(violations)
    if found:
        pytest.fail(f"{len(found)} violations:\n" + "\n".join(found), pytrace=False)


def importing(paths: Iterable[Path], forbidden: set[str], top_only: bool = False) -> Iterator[str]:
    """The files that import one of the forbidden packages."""
    for path in paths:
        if found := roots(imports(path, top_only)) & forbidden:
            yield f"{name_of(path)} imports {', '.join(sorted(found))}"


def test_core_knows_no_web_page() -> None:
    hold(importing(CORE, {"streamlit", "altair", "pages"}))


def test_pages_compute_nothing() -> None:
    hold(importing(PAGES, HEAVY | {"sklearn"}))


def test_heavy_libraries_are_opened_late() -> None:
    hold(importing(CORE, HEAVY | {"sklearn"}, top_only=True))


def climbs(path: Path, root: str, height: dict[str, int]) -> Iterator[str]:
    """The imports of a file that go up or sideways between the folders of one tree."""
    mine = name_of(path)
    folder = folder_of(mine)
    for module in sorted(imports(path)):
        other = folder_of(module)
        if not module.startswith(root + ".") or not other or other == folder:
            continue
        if height[other] >= height[folder]:
            yield f"{mine} (floor {height[folder] + 1}) imports {module} (floor {height[other] + 1})"


def test_core_imports_go_down_only() -> None:
    height = floors(CORE_FLOORS)
    hold(found for path in CORE if path != ROOT / "core" / "__init__.py" for found in climbs(path, "core", height))


def test_page_imports_go_down_only() -> None:
    height, outside = floors(PAGE_FLOORS), (ROOT / "app.py", ROOT / "pages" / "__init__.py")
    hold(found for path in PAGES if path not in outside for found in climbs(path, "pages", height))


def past_the_door(path: Path) -> Iterator[str]:
    """The imports of a page from core that do not go through pages.backend."""
    folder = folder_of(name_of(path))
    for module in imports(path):
        other = folder_of(module) if module.startswith("core") else ""
        if not (folder == "backend" or not other or other in KNOWN_TO_PAGES):
            yield f"{name_of(path)} imports {module}: pages ask pages.backend"


def test_pages_reach_core_through_one_door() -> None:
    hold(found for path in PAGES for found in past_the_door(path))


def other_plugins(path: Path) -> Iterator[str]:
    """The imports of a plug-in from inside another one."""
    mine = name_of(path)
    own = ".".join(mine.split(".")[: 2 if path.name == "__init__.py" and path.parent.parent.name == "core" else 3])
    for module in imports(path):
        inside = module.split(".")[1:2]
        known = module == f"core.{''.join(inside)}" or module.startswith(own)
        if module.startswith("core.") and inside and inside[0] in PLUGINS and not known:
            yield f"{mine} imports {module}: plug-ins refer to each other by key"


def test_plugins_refer_to_each_other_by_key() -> None:
    hold(found for path in CORE if folder_of(name_of(path)) in PLUGINS for found in other_plugins(path))


def test_no_folder_is_a_drawer() -> None:
    lines: dict[str, int] = {}
    for path in [*CORE, *PAGES]:
        place = ".".join(name_of(path).split(".")[:2]) if path.parent.name not in ("core", "pages") else name_of(path)
        lines[place] = lines.get(place, 0) + len(source(path).splitlines())
        beside = sorted(one for one in path.parent.glob("*.py") if one.name != "__init__.py")
        assert len(beside) <= FILES_IN_A_FOLDER, f"{path.parent.relative_to(ROOT)} holds {len(beside)} files"
    whole = sum(lines.values())
    assert not {place: count for place, count in lines.items() if count > SHARE_OF_LINES * whole}


def declared_family(path: Path) -> bool:
    """Whether many files may share this file's name: packages, page scripts, and plug-ins named by their keys."""
    parts = path.relative_to(ROOT).parts
    return path.name == "__init__.py" or (len(parts) == 2 and parts[0] == "pages") or parts[1] in PLUGINS


def test_file_names_are_unique() -> None:
    places: dict[str, list[str]] = {}
    for path in [*CORE, *PAGES]:
        if len(path.relative_to(ROOT).parts) > 1 and not declared_family(path):
            places.setdefault(path.name, []).append(name_of(path))
    hold(f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1)


def test_class_names_are_unique() -> None:
    places: dict[str, list[str]] = {}
    for path in [*CORE, *PAGES]:
        for node in ast.iter_child_nodes(nodes(path)[0]):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name_of(path))
    hold(f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1)


def graph() -> dict[str, set[str]]:
    names = {name_of(path): path for path in CORE}
    return {mine: {m for m in imports(path, top_only=True) if m in names and m != mine} for mine, path in names.items()}


def test_no_import_cycles() -> None:
    edges, done, path = graph(), set(), []

    def walk(node: str) -> None:
        assert node not in path, f"cycle: {' -> '.join([*path[path.index(node) :], node])}"
        if node in done:
            return
        path.append(node)
        for other in edges[node]:
            if not node.startswith(other + "."):
                walk(other)
        path.pop()
        done.add(node)

    for node in edges:
        walk(node)


def oversized(path: Path) -> Iterator[str]:
    """The limits of length that a file or its functions exceed."""
    mine, length = name_of(path), len(source(path).splitlines())
    if length > 300:
        yield f"{mine} is {length} lines long: a file that grows past 300 lines becomes a folder"
    if path.parent == ROOT / "pages" and length > 100:
        yield f"{mine} is {length} lines long: a page's script has at most 100"
    if path == ROOT / "app.py" and length > 40:
        yield f"{mine} is {length} lines long: app.py has at most 40"
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > 50:
                yield f"{mine}: {node.name} is {length} lines long"
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            named = [
                argument for argument in arguments if argument.arg not in ("self", "cls", "on_progress", "save_partial")
            ]
            if len(named) > 6:
                yield f"{mine}: {node.name} takes {len(named)} arguments"


def test_sizes() -> None:
    hold(found for path in [*CORE, *PAGES] for found in oversized(path))


def docstring(path: Path) -> str | None:
    module = nodes(path)[0]
    assert isinstance(module, ast.Module)
    return ast.get_docstring(module)


def test_names() -> None:
    hold(name_of(path) for path in [*CORE, *PAGES] if FORBIDDEN_NAMES & {path.stem, path.relative_to(ROOT).parent.name})


def test_every_file_says_what_it_is_for() -> None:
    hold(f"{name_of(path)} has no docstring" for path in [*CORE, *PAGES] if not docstring(path))


def silent(path: Path) -> Iterator[str]:
    """The public functions and classes of a file that have no docstring and are longer than four lines."""
    for node in ast.iter_child_nodes(nodes(path)[0]):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            short = isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno <= 3
            if not (ast.get_docstring(node) or short):
                yield f"{name_of(path)}: {node.name} has no docstring"


def test_public_functions_speak() -> None:
    hold(found for path in CORE for found in silent(path))


def unsafe(path: Path) -> Iterator[str]:
    """What a file loads or runs that an attacker could have written, and the work it left undone."""
    mine, text = name_of(path), source(path)
    flagged = re.search(r"allow_pickle\s*=\s*True|weights_only\s*=\s*False|yaml\.load\(|\beval\(|\bexec\(", text)
    evaluates_a_model = ".eval()" in text and not re.search(r"(?<!\.)\beval\(|\bexec\(|allow_pickle\s*=\s*True", text)
    if flagged and not evaluates_a_model:
        yield f"{mine} loads or runs what may be unsafe"
    if "TODO" in text or "FIXME" in text:
        yield f"{mine} has work left undone"


def test_nothing_unsafe_is_loaded() -> None:
    files = [*CORE, *PAGES]
    closed = importing(files, {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"})
    hold([*closed, *(found for path in files for found in unsafe(path))])


def test_core_does_not_print() -> None:
    hold(
        f"{name_of(path)} prints in line {node.lineno}"
        for path in CORE
        if name_of(path) != "core.__main__"
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


def test_listing_everything_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom core import registry\n"
        "[registry.discover(room) for room in registry.PLUGIN_KINDS]\n"
        "print(sorted({'torch', 'xgboost', 'shap', 'captum', 'sklearn', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_machine_path_is_committed() -> None:
    for path in [*CORE, *PAGES, *(one for one in (ROOT / "README.md", ROOT / "Makefile") if one.exists())]:
        text = source(path)
        assert not re.search(r"/root/|/work/|/home/\w+/", text), path
