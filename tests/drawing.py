"""The folder graph and the table of floors, made from imports and docstrings: ``python -m tests.drawing`` writes both.

They stand in ``core/README.md`` between marks, and the example plug-ins in ``core/ADDING.md``; ``tests/test_papers.py``
compares them with the code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.test_architecture import CORE, CORE_FLOORS, PAGE_FLOORS, PAGES, PLUGINS, ROOT, folder_of, imports, name_of

PAPER, EXAMPLES = ROOT / "core" / "README.md", ROOT / "core" / "ADDING.md"
COMMAND = "python -m tests.drawing"
# Left out: what nearly everybody imports, whose arrows would hide the others, and the files beside the folders.
LEFT_OUT = ("schema", "limits", "wording", "registry", "document", "api", "cli", "__main__")


def edges(paths: Sequence[Path]) -> set[tuple[str, str]]:
    """(importing folder, imported folder) of every import among these files; the five plug-in folders count as one."""
    found = set()
    for path in paths:
        mine = folder_of(name_of(path))
        for module in imports(path):
            if module.split(".")[0] == name_of(path).split(".")[0]:
                found.add((_drawn(mine, module), _drawn(folder_of(module), module)))
    return {(mine, other) for mine, other in found if mine and other and mine != other}


def _drawn(folder: str, tree: str) -> str:
    """The node a folder is drawn as; empty for one that is left out. tree: a dotted name in core or pages."""
    if folder in PLUGINS and tree.split(".")[0] == "core":
        return "plugins"
    return "" if folder in LEFT_OUT else folder


def reduced(graph: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The graph without every arrow that a longer way already implies (its transitive reduction)."""
    below: dict[str, set[str]] = {}
    for mine, other in graph:
        below.setdefault(mine, set()).add(other)

    def reachable(folder: str) -> set[str]:
        return {one for other in below.get(folder, ()) for one in {other} | reachable(other)}

    return {(mine, other) for mine, other in graph if not any(other in reachable(one) for one in below[mine] - {other})}


def drawing() -> str:
    """The Mermaid block: a subgraph a floor, an arrow from a folder to each folder it imports, reduced."""
    lines = ["```mermaid", "flowchart TD"]
    for title, floors, paths in (("core", CORE_FLOORS, CORE), ("pages", PAGE_FLOORS, PAGES)):
        lines.append(f"    subgraph {title}")
        for floor in reversed(floors):
            drawn = dict.fromkeys(node for folder in floor if (node := _drawn(folder, title)))
            lines += [f"        {title}_{name}[{_label(name)}]" for name in drawn]
        lines += [f"        {title}_{mine} --> {title}_{other}" for mine, other in sorted(reduced(edges(paths)))]
        lines.append("    end")
    lines += ["    pages_backend ==> core", "```"]
    return "\n".join(lines)


def _label(name: str) -> str:
    return f'"{", ".join(PLUGINS)}"' if name == "plugins" else name


def floor_table() -> str:
    """A Markdown table of every floor, lowest first: its folders or files, each with the first sentence it says."""
    lines = ["| floor | folder | what it is |", "|---|---|---|"]
    for root, floors in (("core", CORE_FLOORS), ("pages", PAGE_FLOORS)):
        for height, floor in enumerate(floors, 1):
            lines += [f"| {root} {height} | {name} | {first_sentence(root, name)} |" for name in floor]
    return "\n".join(lines)


def first_sentence(root: str, name: str) -> str:
    """The first paragraph of the docstring of a folder's ``__init__`` or of a file, fit for a cell of a table."""
    if name == "scripts":
        return f"The scripts in `{root}`, one a page: they ask a view and show it."
    package = ROOT / root / name / "__init__.py"
    path = package if package.exists() else ROOT / root / f"{name}.py"
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split()).replace("|", "\\|").replace("``", "`").replace("<", "&lt;")


def redrawn(text: str) -> str:
    """A paper's text with what stands between its marks made anew."""
    for mark, block in (("drawing", drawing()), ("floors", floor_table())):
        start, end = f"<!-- {mark}: {COMMAND} -->", f"<!-- end of the {mark} -->"
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"the paper lacks the marks {start} and {end}")
        text = f"{before}{start}\n\n{block}\n\n{end}{after}"
    return text


def with_files(text: str) -> str:
    """A paper's text with every file between its marks copied anew."""

    def block(found: re.Match[str]) -> str:
        code = (ROOT / found[1]).read_text(encoding="utf-8")
        return f"<!-- file: {found[1]} -->\n\n```python\n{code}```\n\n<!-- end of the file -->"

    return re.sub(r"<!-- file: (\S+) -->\n.*?<!-- end of the file -->", block, text, flags=re.DOTALL)


if __name__ == "__main__":
    for paper, made_anew in ((PAPER, redrawn), (EXAMPLES, with_files)):
        paper.write_text(made_anew(paper.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stderr.write(f"{paper.relative_to(ROOT)} written\n")
