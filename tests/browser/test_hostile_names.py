"""A visitor whose names are weapons: every page is walked, nothing is fetched, nothing runs, no mark is missing."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from tests.browser.conftest import choose_file, open_settings, shorten

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
NAMES = (
    "a.b", "a[0]", 'say "hi" it\'s', "x:Q", "__proto__", "constructor", "![p](http://example.invalid/c.png)",
    "[click](javascript:alert(1))", "<img src=http://example.invalid/h.png onerror=alert(1)>", "café \u202e txt",
    "=HYPERLINK(0)", "$x^2$ :red[r] :material/home:", "datum.value", "</script><script>alert(2)</script>",
)  # fmt: skip
CLASSES = ("<b id=injected>yes</b>", "![n](http://example.invalid/no.png)")
TARGET = "[answer](http://example.invalid/a) <script>alert(3)</script>"
FILE = "![f](x) `b` <u id=injected>f.csv"


def hostile(path: Path, rows: int = 160) -> Path:
    """Every column carries signal, so that every name is drawn in the charts of the explanation."""
    rng = np.random.default_rng(8)
    values = rng.normal(size=(rows, len(NAMES)))
    answer = values.sum(axis=1) + rng.normal(size=rows) > 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*NAMES, TARGET])
        writer.writerows(
            [*(f"{value:.3f}" for value in row), CLASSES[int(yes)]] for row, yes in zip(values, answer, strict=True)
        )
    return path


def unharmed(page: object) -> None:
    """Nothing was injected and nothing broke."""
    assert page.locator("#injected").count() == 0
    for bad in ("img[src*='example']", "a[href*='example']", "a[href^='javascript']", "[onerror]"):
        assert page.locator(bad).count() == 0, bad
    body = page.inner_text("body")
    assert "Traceback" not in body and "could not be drawn" not in body


def test_every_page_survives_hostile_names(page: object, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    spoken: list[str] = []
    page.on("dialog", lambda box: (spoken.append(box.message), box.dismiss()))
    page.goto(address)
    page.get_by_role("radio", name="My own file").or_(page.get_by_text("My own file")).first.click()
    content = hostile(tmp_path / "h.csv").read_bytes()
    upload = {"name": FILE, "mimeType": "text/csv", "buffer": content}
    choose_file(page, upload)
    expect(page.get_by_text("160 rows, 15 columns")).to_be_visible()
    unharmed(page)
    open_settings(page)
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible()
    unharmed(page)
    run = re.search(r"run=([0-9a-f]{32})", page.url)[1]  # type: ignore[index]
    for name in ("document", "use_cases", "history", "method", "explain"):
        page.goto(f"{address}/{name}?run={run}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(1_500)
        unharmed(page)
    expect(page.get_by_text("What matters overall")).to_be_visible()
    # Above the bars stands a chart of its own with the names of the models.
    bars = page.locator("[data-testid=stVegaLiteChart]:has(svg .mark-rect path)").first.locator("svg .mark-rect path")
    expect(bars.first).to_be_visible()
    assert bars.count() == 20, "ten columns of either side, whatever they are called"
    assert spoken == []
