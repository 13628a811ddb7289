"""What axe-core finds on a page: serious and critical breaches of its rules, and how folded parts are opened."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

IMPACTS = ("serious", "critical")
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return JSON.stringify(found.violations.map((one) => ({id: one.id, impact: one.impact, nodes: one.nodes.map(
    (node) => node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' ' + (node.any[0] || {message: ''}).message)})));
}"""
OPEN = """() => document.querySelectorAll('[data-testid=stExpander] details:not([open]) > summary')
  .forEach((one) => one.click())"""


def axe_source() -> str:
    """The script of axe-core as the package for tests carries it; the test is skipped where that is not installed."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("axe-playwright-python is not installed")
    return next(Path(found.submodule_search_locations[0]).rglob("axe.min.js")).read_text(encoding="utf-8")


def breaches(page: object, source: str) -> list[str]:
    """The serious and critical breaches on a page as it stands, one line each."""
    page.evaluate(source)  # type: ignore[attr-defined]
    found = json.loads(page.evaluate(RUN))  # type: ignore[attr-defined]
    return [
        f"{one['impact']} {one['id']}: {node}" for one in found if one["impact"] in IMPACTS for node in one["nodes"]
    ]


def unfold(page: object) -> None:
    """Opens every folded part of a page."""
    page.evaluate(OPEN)  # type: ignore[attr-defined]


def settle(page: object, quiet: int = 1_200) -> None:
    """Waits until the page has neither grown nor been redrawn for so many milliseconds."""
    page.evaluate(  # type: ignore[attr-defined]
        """(quiet) => new Promise((done) => {
          const began = performance.now();
          let last = '', since = began;
          const look = () => {
            const main = document.querySelector('[data-testid=stMain]') || document.body;
            const busy = document.querySelectorAll('[data-testid=stStatusWidget],[data-stale=true],' +
              '[data-testid=stSkeleton]').length;
            const now = `${main.scrollHeight} ${document.querySelectorAll('*').length} ${busy}`;
            if (now !== last) { last = now; since = performance.now(); }
            if (performance.now() - since > quiet || performance.now() - began > 60000) done();
            else setTimeout(look, 100);
          };
          look();
        })""",
        quiet,
    )
