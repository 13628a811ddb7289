"""The use cases in a real browser: cards, a round that is left and found, a drawn digit, an injected anomaly."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import bring_models, open_settings, shorten

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]


# Above what a play that ships with the app gave; the visitor's own play takes its place.
SHIPPED = "MEASURED BEFORE, SHIPPED WITH THE APP"


def test_a_round_is_left_found_again_and_cancelled(page: object, address: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{address}/use_cases")
    expect(page.get_by_text("Of 8 uses")).to_be_visible()
    expect(page.get_by_text(SHIPPED)).to_have_count(8)
    page.get_by_role("button", name="Play all").click()
    expect(page.get_by_text("Playing 1 of 8")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Playing 1 of 8")).to_be_visible()
    page.get_by_role("link", name="Method").first.click()
    # Its own heading: the one of the page before stands until the new page is drawn, and its links go with it.
    expect(page.get_by_role("heading", level=1)).to_have_text("How every number is made")
    page.get_by_role("link", name="Use cases").first.click()
    page.get_by_role("button", name="Cancel all").click()
    expect(page.get_by_role("button", name="Play all")).to_be_visible()
    expect(page.get_by_text(re.compile("Play the [78] left"))).to_be_visible()


def drawn_by_finger(page: object, box: dict[str, float]) -> None:
    """A stroke from the top to the bottom of a canvas, as a touch screen sends it."""
    screen = page.context.new_cdp_session(page)  # type: ignore[attr-defined]
    screen.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *down: float) -> None:
        points = [{"x": box["x"] + 140, "y": box["y"] + far} for far in down]
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 50)
    for far in range(60, 230, 15):
        touch("touchMove", far)
    touch("touchEnd")


def test_ones_own_anomaly_is_injected_after_the_use_case(page: object, address: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{address}/use_cases")
    page.get_by_role("button", name="Play", exact=True).nth(6).click()
    expect(page.get_by_text("Robustness tests for this use case")).to_be_visible()
    expect(page.get_by_text("Plant a spike: who notices?")).to_be_visible()
    bring_models(page)
    expect(page.get_by_text("Who notices first?")).to_be_visible()
    expect(page.get_by_text(re.compile("Isolation forest: (from|not at any)")).first).to_be_visible()
    size = page.get_by_role("slider").first
    size.focus()
    for _ in range(12):
        size.press("ArrowRight")
    expect(page.get_by_text("answered in").first).to_be_visible()
    expect(page.get_by_text(re.compile("anomaly percentile")).first).to_be_visible()
    page.get_by_role("link", name="Use cases").first.click()
    expect(page.get_by_text(SHIPPED)).to_have_count(7)
    expect(page.get_by_text(re.compile(r"\d+ \w+ 20\d\d, \d\d:\d\d UTC"))).to_have_count(8)
    expect(page.get_by_role("button", name="Play again", exact=True)).to_have_count(1)


def test_a_drawn_digit_is_answered_live(page: object, address: str) -> None:
    from playwright.sync_api import expect

    page.goto(address)
    chosen = page.get_by_role("combobox", name="Embedded data set").first
    chosen.fill("Digits 8")
    chosen.press("Enter")
    expect(page.get_by_text("1,797 tiny scanned digits")).to_be_visible()
    open_settings(page)
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    expect(page.get_by_role("heading", name="Try it")).to_be_visible()
    bring_models(page)
    canvas = page.locator("canvas[role=img]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 142, box["y"] + 230, steps=12)
    page.mouse.up()
    expect(page.get_by_text("What they see")).to_be_visible()
    expect(page.get_by_text("answered in")).to_have_count(4)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw something")).to_be_visible()
    drawn_by_finger(page, canvas.bounding_box())
    expect(page.get_by_text("answered in")).to_have_count(4)
    assert "Traceback" not in page.inner_text("body")
