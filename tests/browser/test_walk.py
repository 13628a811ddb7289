"""The whole way of a user in a real browser, wide and on a phone: from a file to predictions of another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import uploads
from tests.browser.axe import settle
from tests.browser.conftest import choose_file, open_settings, opened, shorten
from tests.browser.test_modalities import PRETRAINED_PICTURES, SLOWEST, VERDICT, bring

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
}  # fmt: skip
WIDE = {"viewport": {"width": 1440, "height": 900}}
NEXT = re.compile("Continue to|Give it the time|Run all|Take the cheaper|Use this model|Exclude")
# Where the heading of the column "Model" stands in the leaderboard: behind the box to tick and the model's mark.
MODEL_HEADING = {"x": 120, "y": 17}
CELLS = """(grid) => [...grid.querySelectorAll('canvas table tbody tr')].map(
  (row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim()))"""


@pytest.fixture(params=["wide", "phone"])
def sheet(request: pytest.FixtureRequest, browser: object, address: str) -> Iterator[object]:
    """A first visitor's page on a wide screen and on a phone."""
    with opened(browser, address, **(PHONE if request.param == "phone" else WIDE)) as page:
        yield page


def answer(page: object, without: tuple[str, ...] = ()) -> None:
    """Runs the contest on the smallest budget and waits for the finished result."""
    open_settings(page)
    for name in without:
        page.get_by_role("button", name=name, exact=True).click()
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    read(page)


def read(page: object) -> None:
    """Waits for the answer with everything below it."""
    from playwright.sync_api import expect

    expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible(timeout=SLOWEST)
    expect(page.get_by_role("button", name=re.compile(r"\bNew$"))).to_be_visible(timeout=SLOWEST)
    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)


def take_next_step(page: object) -> None:
    """Clicks the one button of the answer; a further run of up to a minute is waited for, a longer one is not begun."""
    step = page.get_by_test_id("stBaseButton-primary").filter(has_text=NEXT).first
    label = step.inner_text()
    if re.search(r"about \d+ (min|h)", label):
        return
    step.click()
    if not re.search("Take the cheaper|Use this model", label):
        page.wait_for_timeout(2_000)
        read(page)


def sort_by_model(page: object) -> None:
    """Sorts the leaderboard by the names of the models."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    settle(page)
    before = grid.evaluate(CELLS)
    # On the frame: the canvas lies below the layer that scrolls it.
    grid.click(position=MODEL_HEADING)
    settle(page)
    after = grid.evaluate(CELLS)
    # The model's mark is a picture whose address comes first.
    names = [
        next(cell for cell in row if re.search("[A-Za-z]{2}", cell) and not cell.startswith("data:")) for row in after
    ]
    assert len(before) == len(after) >= 3 and names == sorted(names), (before, after)


def predict(page: object, new_file: dict[str, object], rows: int, folder: Path) -> None:
    """Makes the model file, predicts a new file with it and takes the predictions away."""
    from playwright.sync_api import expect

    make = page.get_by_role("button", name="Make the model file")
    if not make.is_visible():
        page.get_by_role("button", name="Use this model").last.click()
    make.click()
    expect(page.get_by_role("button", name=re.compile("Download the model file"))).to_be_visible(timeout=SLOWEST)
    choose_file(page, new_file)
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.get_by_text(re.compile(f"^{rows} rows predicted"))).to_be_visible(timeout=SLOWEST)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download all predictions (CSV)").click()
    path = folder / "predictions.csv"
    taken.value.save_as(path)
    lines = path.read_text(encoding="utf-8").strip().splitlines()
    assert len(lines) == rows + 1 and "prediction" in lines[0]


def walk(page: object, mistake: Callable[[object], None]) -> None:
    """From the answer to a real mistake."""
    from playwright.sync_api import expect

    take_next_step(page)
    sort_by_model(page)
    page.get_by_role("tab", name="Mistakes", exact=True).click()
    expect(page.get_by_role("heading", name="Real mistakes")).to_be_visible()
    mistake(page)
    body = page.inner_text("body")
    assert "Something went wrong" not in body and "could not be drawn" not in body


def test_a_table_from_upload_to_download(sheet: object, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    bring(sheet, address, ("refunds.csv", uploads.tickets(240)), "tables")
    answer(sheet)
    walk(sheet, lambda page: expect(page.get_by_text("Confusion matrix").first).to_be_visible())
    new = uploads.tickets(30)
    predict(sheet, {"name": "new.csv", "mimeType": "text/csv", "buffer": new}, 30, tmp_path)


def test_pictures_from_upload_to_download(sheet: object, address: str, tmp_path: Path) -> None:
    bring(sheet, address, ("shapes.zip", uploads.pictures(80)), "pictures")
    answer(sheet, tuple(PRETRAINED_PICTURES))
    walk(sheet, lambda page: page.get_by_text("Confusion matrix").first.wait_for())
    rng = np.random.default_rng(9)
    new = uploads.packed({f"new/{k}.png": uploads.picture(rng, bool(k % 2)) for k in range(12)})
    predict(sheet, {"name": "new.zip", "mimeType": "application/zip", "buffer": new}, 12, tmp_path)
