"""A visit in a real browser: bytes of the first visit, time and layout shift after a click, heights, memory of the web
process.

A short contest on the churn table is played first. The limits are those for a quiet machine with two cores; the load
is printed beside the figures.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from tests.browser.axe import settle
from tests.browser.conftest import FLAGS, PATIENCE, served, shorten, web_process

WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
}  # fmt: skip
TABS = ("Why", "Mistakes", "Trust", "Learning", "Claims", "Reproduce", "Trade-offs")
PAGES = ("Explain", "The document", "Use cases", "History", "Method", "Compare")
VISITS = 50
# Milliseconds without a change after which a page counts as stable; the time told ends at the last change.
QUIET = 700
# As browsers report it: the largest sum of shifts within a window of at most 5 s without a gap of 1 s, without those
# that follow a click at once.
OBSERVE = """window.shifted = 0;
let sum = 0, first = 0, last = 0;
new PerformanceObserver((list) => list.getEntries().filter((one) => !one.hadRecentInput).forEach((one) => {
  const same = one.startTime - last < 1000 && one.startTime - first < 5000;
  sum = same ? sum + one.value : one.value;
  first = same ? first : one.startTime;
  last = one.startTime;
  window.shifted = Math.max(window.shifted, sum);
})).observe({type: 'layout-shift', buffered: true});"""
WATCH = """() => {
  window.began = null;
  window.changed = performance.now();
  window.watch?.disconnect();
  window.watch = new MutationObserver(() => { window.changed = performance.now(); });
  window.watch.observe(document.body, {childList: true, subtree: true, attributes: true, characterData: true});
  addEventListener('pointerdown', () => { window.began = performance.now(); }, {capture: true, once: true});
}"""
STABLE = """(quiet) => new Promise((done) => {
  const look = () => {
    const now = performance.now();
    const busy = document.querySelector('[data-test-script-state=running], [data-testid=stSkeleton]');
    if ((now - window.changed > quiet && !busy) || now - window.began > 60000) done(window.changed - window.began);
    else setTimeout(look, 50);
  };
  look();
})"""
TOPS = """() => {
  const top = document.querySelector('[data-testid=stMain]').scrollTop;
  const foot = (one) => one ? Math.round(one.getBoundingClientRect().bottom + top) : null;
  const bar = document.querySelector('[data-testid=stBottom]');
  const said = [...document.querySelectorAll('[data-testid=stMarkdownContainer]')];
  const heading = [...document.querySelectorAll('h2')].find((one) => one.innerText.trim() === 'Try it');
  const below = said.filter((one) => heading && one.getBoundingClientRect().top > heading.getBoundingClientRect().top);
  return {
    bar: bar ? Math.round(bar.getBoundingClientRect().top) : null,
    leaderboard: foot(document.querySelector('[data-testid=stDataFrame]')),
    answer: foot(below.find((one) => /^[^\\n]*[0-9]\\s%/.test(one.innerText) && one.querySelector('strong'))),
    tabs: Math.round(document.querySelector('[role=tablist]').getBoundingClientRect().top + top),
  };
}"""


def first_visit(browser: object, address: str) -> int:
    """Bytes on the wire until the start page of a first visitor stands."""
    page = browser.new_context(**WIDE).new_page()  # type: ignore[attr-defined]
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    loaded: list[float] = []
    wire.on("Network.loadingFinished", lambda told: loaded.append(told["encodedDataLength"]))
    # Frames of bytes are told in base64.
    wire.on("Network.webSocketFrameReceived", lambda told: loaded.append(0.75 * len(told["response"]["payloadData"])))
    page.goto(address)
    page.get_by_role("button", name="Run the contest").wait_for(timeout=PATIENCE)
    settle(page)
    page.context.close()
    return int(sum(loaded))


def play(page: object, address: str) -> str:
    """Plays a short contest on the churn table; the id of the run."""
    page.goto(address)  # type: ignore[attr-defined]
    page.get_by_text("Settings", exact=True).first.click()  # type: ignore[attr-defined]
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()  # type: ignore[attr-defined]
    page.get_by_role("button", name=re.compile(r"\bNew$")).wait_for()  # type: ignore[attr-defined]
    page.get_by_text("answered in").first.wait_for()  # type: ignore[attr-defined]
    return str(re.search(r"run=([0-9a-f]{32})", page.url)[1])  # type: ignore[attr-defined,index]


def clicks(page: object) -> list[tuple[str, float]]:
    """(what was clicked, milliseconds until nothing changes any more), twice each tab and each page."""
    places = [("tab", name) for name in TABS] + [("link", name) for name in PAGES]
    taken = []
    for role, name in 2 * places:
        place = page.get_by_role(role, name=name, exact=role == "tab").first  # type: ignore[attr-defined]
        place.scroll_into_view_if_needed()
        page.evaluate(WATCH)  # type: ignore[attr-defined]
        place.click()
        taken.append((name, float(page.evaluate(STABLE, QUIET))))  # type: ignore[attr-defined]
    return taken


def heights(browser: object, state: object, url: str, screen: dict[str, object]) -> dict[str, int | None]:
    """Pixels from the top at which parts of the result end or begin, models loaded."""
    page = browser.new_context(**screen, storage_state=state).new_page()  # type: ignore[attr-defined]
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.get_by_text("answered in").first.wait_for()
    settle(page)
    told = page.evaluate(TOPS)
    page.context.close()
    return dict(told)


def visit(browser: object, address: str, run: str, state: object) -> None:
    """Fifty visits of the result and the other pages, each a page load of its own."""
    page = browser.new_context(**WIDE, storage_state=state).new_page()  # type: ignore[attr-defined]
    page.set_default_timeout(PATIENCE)
    names = ("compare", "explain", "document", "use_cases", "history", "method")
    for number in range(VISITS):
        page.goto(f"{address}/{names[number % len(names)]}?run={run}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(400)
    page.context.close()


def told(address: str, browser: object) -> None:
    """Measures and prints."""
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"first visit: {first_visit(browser, address) / 1e6:.2f} MB transferred (goal <= 1.6)")
    page = browser.new_context(**WIDE).new_page()  # type: ignore[attr-defined]
    page.set_default_timeout(3 * PATIENCE)
    page.add_init_script(OBSERVE)
    run = play(page, address)
    page.goto(f"{address}/?run={run}")
    page.get_by_text("answered in").first.wait_for()
    settle(page)
    taken = clicks(page)
    late = sorted(ms for _, ms in taken)[-(-95 * len(taken) // 100) - 1]
    slowest = max(taken, key=lambda one: one[1])
    print(
        f"stable after a click: p95 {late / 1e3:.2f} s of {len(taken)} clicks (goal <= 1.5), slowest {slowest[0]} "
        f"{slowest[1] / 1e3:.2f} s; layout shift {page.evaluate('window.shifted'):.3f} (goal < .1)"
    )
    state = page.context.storage_state()
    page.context.close()
    for name, screen in (("1440 x 900", WIDE), ("390 x 844", PHONE)):
        at = heights(browser, state, f"{address}/?run={run}", screen)
        screens = (at["tabs"] or 0) / screen["viewport"]["height"]  # type: ignore[index]
        print(
            f"{name}: leaderboard ends at {at['leaderboard']} px, first answer at {at['answer']} px, bar begins at "
            f"{at['bar']} px, tabs begin after {screens:.1f} screens (goal on a phone <= 5)"
        )
    visit(browser, address, run, state)
    held = web_process(address).memory_info().rss
    print(f"web process after {VISITS} visits: {held / 1e6:.0f} MB (goal <= 250)")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Serves the app with an empty home and measures visits of it."""
    from playwright.sync_api import expect, sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed.")
    expect.set_options(timeout=PATIENCE)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        served(Path(home), "tests.browser.short_contests") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        told(address, browser)
        browser.close()


if __name__ == "__main__":
    main()
