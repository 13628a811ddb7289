"""Twenty visitors at once while one trains, refresh, back, a server that restarts, and memory over many visits."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import (
    FLAGS,
    PATIENCE,
    ROOT,
    _wait_for,
    choose_file,
    open_settings,
    served,
    shorten,
    web_process,
)
from tests.browser.short_contests import IN_WORDS

pytestmark = [pytest.mark.slow, pytest.mark.serial, pytest.mark.timeout(1_200)]
VISITORS, ROUNDS = 20, 3
WEB_BYTES = 250e6
BROKEN = ("could not be drawn", "Something went wrong", "Traceback", "Page not found")
RUN = re.compile(r"run=([0-9a-f]{32})")


@contextlib.contextmanager
def browsing(chromium: str) -> Iterator[object]:
    """One Chromium that opens as many separate visitors as a test wants."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def visitor(browser: object) -> object:
    page = browser.new_context(viewport={"width": 1000, "height": 900}).new_page()  # type: ignore[attr-defined]
    page.set_default_timeout(PATIENCE)
    return page


def canary(number: int) -> str:
    return f"canary-{number:02d}-{number * 7919 % 10_007}"


def quick_contest(page: object, budget: str = "15 s", steps: int = 2) -> str:
    """Starts a short contest, which is still played while pages are opened; its id."""
    open_settings(page)
    shorten(page, budget, steps)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(RUN)
    return RUN.search(page.url)[1]  # type: ignore[index]


def own_data(page: object, number: int) -> None:
    """Uploads a table whose name, columns and values carry this visitor's word."""
    word = canary(number)
    lines = [f"{word}-a,b,answer"] + [f"{word}-{k % 3},{k},{'yes' if k % 2 else 'no'}" for k in range(40)]
    upload = {"name": f"{word}.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_role("radio", name="My own file").or_(page.get_by_text("My own file")).first.click()
    choose_file(page, upload)


def test_twenty_visitors_at_once_while_one_trains(chromium: str, address: str) -> None:
    from playwright.sync_api import expect

    with browsing(chromium) as browser:
        trainer = visitor(browser)
        trainer.goto(address)
        run = quick_contest(trainer)
        pages = [visitor(browser) for _ in range(VISITORS)]
        for page in pages:
            page.goto(address, wait_until="commit")
        for number, page in enumerate(pages):
            own_data(page, number)
        for number, page in enumerate(pages):
            expect(page.get_by_text(canary(number)).first).to_be_visible()
        for turn in range(ROUNDS):
            name = ("History", "Document", f"compare?run={run}")[turn]
            for page in pages:
                # A foreign run has no link; the other pages are reached by theirs, which load nothing again.
                link = page.get_by_role("link", name=name).first
                page.goto(f"{address}/{name}") if turn == 2 else link.click()
            for number, page in enumerate(pages):
                expect(
                    page.get_by_text(re.compile("No runs yet|Published claims, tested|not in this browser")).first
                ).to_be_visible()
                said = page.inner_text("body")
                assert not any(word in said for word in BROKEN), (number, said[:500])
                others = [k for k in range(VISITORS) if k != number and canary(k) in said]
                assert others == [], f"visitor {number} sees what belongs to {others}"
        expect(trainer.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible()
        assert not any(canary(k) in trainer.inner_text("body") for k in range(VISITORS))


def test_memory_stays_level_over_many_visits(chromium: str, address: str) -> None:
    from playwright.sync_api import expect

    web, seen = web_process(address), []
    with browsing(chromium) as browser:
        page = visitor(browser)
        page.goto(address)
        run = quick_contest(page, IN_WORDS, 6)
        expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible()
        for _ in range(8):
            for name in ("compare", "explain", "document", "use_cases", "history", "method"):
                page.goto(f"{address}/{name}?run={run}")
                expect(page.get_by_role("heading", level=1)).to_be_visible()
                page.wait_for_timeout(400)
            seen.append(web.memory_info().rss)
    # Sessions that left are kept for half a minute; the first rounds also load what is loaded once.
    slope = (seen[-1] - seen[2]) / (6 * (len(seen) - 3))
    assert slope < 1e6, f"{slope / 1e6:.2f} MB a visit: {[round(size / 1e6) for size in seen]}"
    assert seen[-1] < WEB_BYTES * 1.2, [round(size / 1e6) for size in seen]


def test_refresh_back_and_a_restarted_server_in_mid_run(chromium: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    with served(tmp_path) as address, browsing(chromium) as browser:
        page = visitor(browser)
        page.goto(address)
        run = quick_contest(page)
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        page.reload()
        page.get_by_role("link", name="Method").first.click()
        expect(page.get_by_text("How every number is made")).to_be_visible()
        page.go_back()
        ended = page.get_by_role("heading", name="Leaderboard", exact=True)
        expect(page.get_by_role("button", name="Cancel").or_(ended).first).to_be_visible()
        web = web_process(address)
        environment = {**os.environ, "CROSSOVER_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, *web.cmdline()[1:]]
        web.send_signal(signal.SIGKILL)
        time.sleep(1)
        again = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(f"{address}/_stcore/health", again)
            page.goto(f"{address}/?run={run}")
            expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible()
            assert not any(word in page.inner_text("body") for word in BROKEN)
        finally:
            again.terminate()
            again.wait(20)
