"""A table of sales from upload to bands and CSV, in a real browser: the next values of series with hostile names."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from tests.browser.conftest import choose_file, open_settings, shorten
from tests.browser.test_modalities import SLOWEST, VERDICT
from tests.browser.uploads import sheet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
STORES = ("<b>Berlin</b>", "**Paris** $x$", "=Rome()", "Oslo")
DAYS, HORIZON = 160, 7


def sales() -> bytes:
    """Daily sales of shops, with promotions that are known a week ahead."""
    draw = np.random.default_rng(0)
    dates = np.datetime64("2025-01-06") + np.arange(DAYS + HORIZON)
    rows: list[list[object]] = []
    for store, name in enumerate(STORES):
        promotion = (draw.random(len(dates)) < 0.15).astype(int)
        wave = 20 + 6 * store + 5 * np.sin(2 * np.pi * np.arange(len(dates)) / 7) + 8 * promotion
        values = np.round(wave + draw.normal(0, 1.5, len(dates)), 1)
        rows += [
            [date, name, value if day < DAYS else "", on]
            for day, (date, value, on) in enumerate(zip(dates, values, promotion, strict=True))
        ]
    return sheet(["date", "store", "sales", "promotion"], rows)


def test_a_table_of_sales_is_foretold_from_upload_to_csv(page: object, address: str) -> None:
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_text("My own file", exact=True).click()
    upload = {"name": "sales.csv", "mimeType": "text/csv", "buffer": sales()}
    choose_file(page, upload)
    expect(page.get_by_text(re.compile("Predict the next values"))).to_be_visible()
    page.get_by_role("button", name="Read as: Series to foretell").click()
    expect(page.get_by_text("recognised as series to foretell")).to_be_visible()
    expect(page.get_by_text("4 series used, none left out")).to_be_visible()
    # the other readings stay one click away, and the step of time can be set
    expect(page.get_by_test_id("stButtonGroup").get_by_text("Tables", exact=True).first).to_be_visible()
    expect(page.get_by_text("Step of time for a forecast").first).to_be_visible()
    ahead = page.get_by_role("spinbutton", name="Horizon, in days")
    ahead.fill(str(HORIZON))
    ahead.press("Enter")
    open_settings(page)
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT, timeout=SLOWEST)
    button = page.get_by_role("button", name=re.compile(f"Next {HORIZON} values of all {len(STORES)} series"))
    expect(button).to_be_visible(timeout=SLOWEST)
    assert page.get_by_test_id("stVegaLiteChart").count() >= len(STORES)
    assert page.locator("b", has_text="Berlin").count() == 0, "names of series are text"
    with page.expect_download() as waited:
        button.click()
    rows = list(csv.DictReader(io.StringIO(Path(waited.value.path()).read_text(encoding="utf-8"))))
    models = {row["model"] for row in rows}
    assert len(rows) == HORIZON * len(STORES) * len(models) and len(models) >= 3
    assert {row["time"][:10] for row in rows} == {
        str(np.datetime64("2025-01-06") + DAYS + day) for day in range(HORIZON)
    }
    for row in rows:
        low, middle, high = float(row["low_80"]), float(row["median"]), float(row["high_80"])
        assert float(row["low_95"]) <= low <= middle <= high <= float(row["high_95"])
        assert not row["series"].startswith("=")
