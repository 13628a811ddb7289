"""No serious or critical breach of the rules of axe on any page, tab or open panel; every keyboard stop is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.axe import axe_source, breaches, settle, unfold
from tests.browser.conftest import choose_file, opened
from tests.browser.test_walk import PHONE, WIDE
from tests.pages.conftest import fabricate, packed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
TABS = ("Trade-offs", "Why", "Mistakes", "Trust", "Learning", "Claims", "Reproduce")
# The looks of a focused element and of what is near it, held against the same without the focus.
FOCUS = """async () => {
  const at = document.activeElement;
  const near = [at, at.parentElement, at.parentElement?.parentElement, at.nextElementSibling, at.previousElementSibling,
    ...[...at.querySelectorAll('*')].slice(0, 20)].filter(Boolean);
  const looks = () => near.map((one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor,
      style.textDecorationLine, style.color].join();
  }).join();
  const rest = () => new Promise((done) => setTimeout(done, 350));
  await rest();
  const focused = looks();
  at.blur();
  await rest();
  const plain = looks();
  at.focus();
  return [(at.innerText || at.getAttribute('aria-label') || at.tagName).slice(0, 60), focused !== plain];
}"""


@pytest.fixture(params=["light wide", "dark wide", "light phone", "dark phone"])
def sheet(request: pytest.FixtureRequest, browser: object, address: str) -> Iterator[object]:
    """A visitor's page in both schemes, wide and on a phone, with a finished run in its history."""
    scheme, size = request.param.split()
    with opened(browser, address, color_scheme=scheme, **(PHONE if size == "phone" else WIDE)) as page:
        yield page


def with_run(page: object, address: str) -> str:
    """Brings an exported run in and opens it; its id."""
    page.goto(f"{address}/history")
    upload = {"name": "history.zip", "mimeType": "application/zip", "buffer": packed(fabricate())}
    choose_file(page, upload)
    # A list to choose from calls its arrow "Open" too.
    opens = page.get_by_test_id("stBaseButton-primary").filter(has_text="Open")
    opens.wait_for()
    # what is clicked while the page is still drawn again is replaced under the pointer
    settle(page)
    opens.click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    return re.search(r"run=([0-9a-f]{32})", page.url)[1]  # type: ignore[index]


def looked_at(page: object, source: str) -> list[str]:
    """The breaches of a page as it stands, with everything unfolded that can be."""
    settle(page)
    unfold(page)
    # What is unfolded is drawn already: the server is not asked.
    settle(page, 500)
    return breaches(page, source)


def test_every_page_tab_and_panel_keeps_the_rules(sheet: object, address: str) -> None:
    source, found = axe_source(), {}
    run = with_run(sheet, address)
    for tab in TABS:
        sheet.get_by_role("tab", name=tab, exact=True).click()
        found[tab] = looked_at(sheet, source)
    panels = sheet.locator("[data-testid=stPopover] button")
    for number in range(panels.count()):
        panels.nth(number).click()
        sheet.wait_for_timeout(600)
        found[f"panel {number}"] = breaches(sheet, source)
        sheet.keyboard.press("Escape")
    for name in ("", f"explain?run={run}", "document", "use_cases", "history", "method"):
        sheet.goto(f"{address}/{name}")
        sheet.get_by_role("heading", level=1).wait_for()
        found[name or "start"] = looked_at(sheet, source)
    assert {where: told for where, told in found.items() if told} == {}


def test_the_keyboard_reaches_the_main_action_and_is_seen_everywhere(page: object, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Run the contest").wait_for()
    settle(page)
    stops = []
    for _ in range(15):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    assert any(name.startswith("Run the contest") for name, _ in stops), stops
    assert [name for name, seen in stops if not seen] == []
