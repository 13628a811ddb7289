"""The main job in a real browser: upload, run, refresh in the middle, verdict, explanations, cancel."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from tests.browser.conftest import choose_file, open_settings, shorten

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]


def table(path: Path, rows: int = 240) -> Path:
    """A CSV with column names that would do harm as Markdown or in a chart."""
    rng = np.random.default_rng(4)
    first, second, noise = rng.normal(size=(3, rows))
    answer = np.where(first + 0.7 * second + 0.4 * rng.normal(size=rows) > 0, "yes", "no")
    names = ["a.b", "![x](http://example.invalid/p.png)", "<b>c</b>", "left?"]
    lines = [",".join(names)] + [
        f"{a:.3f},{b:.3f},{c:.3f},{d}" for a, b, c, d in zip(first, second, noise, answer, strict=True)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_upload_run_refresh_verdict_explain(page: object, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_role("radio", name="My own file").or_(page.get_by_text("My own file")).first.click()
    choose_file(page, str(table(tmp_path / "mine.csv")))
    expect(page.get_by_text("240 rows, 4 columns")).to_be_visible()
    open_settings(page)
    shorten(page, "15 s", 2)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_text("Live learning curves")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible()
    expect(page.get_by_text("What it costs")).to_be_visible()
    # while the live view gives way to the result, Streamlit keeps the former heading for a moment
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Explain").first.click()
    expect(page.get_by_text("What matters overall")).to_be_visible()
    expect(page.get_by_text(re.compile("SHAP on"))).to_be_visible()
    expect(page.get_by_text(re.compile("Captum on"))).to_be_visible()
    assert "run=" in page.url, "the run stays in the address on every page"
    marks = page.locator("[data-testid=stVegaLiteChart] svg .mark-rect path")
    expect(marks.first).to_be_visible()
    assert marks.count() >= 6, "three columns, two sides, whatever their names"
    assert page.locator("img[src*='example.invalid']").count() == 0


def test_cancel(page: object, address: str) -> None:
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_role("button", name="Run the contest").click()
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    time.sleep(3)
    asked = time.monotonic()
    cancel.click()
    expect(page.get_by_text("You cancelled this contest")).to_be_visible()
    assert time.monotonic() - asked < 30
    page.get_by_role("button", name="New contest").click()
    expect(page.get_by_role("button", name="Run the contest")).to_be_visible()


def test_refusal_in_words(page: object, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_role("radio", name="My own file").or_(page.get_by_text("My own file")).first.click()
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    choose_file(page, str(tmp_path / "picture.csv"))
    expect(page.get_by_text("This file cannot be used")).to_be_visible()
    assert "Traceback" not in page.inner_text("body")


@pytest.mark.parametrize("name", ["explain", "document", "use_cases", "history", "method"])
def test_deep_links_work_on_every_page(page: object, address: str, name: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{address}/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.get_by_text("Something went wrong").count() == 0
