"""A server with an empty home and a browser that notes every request it makes elsewhere, for all browser tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser.short_contests import IN_WORDS

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Two files are played side by side: a contest of a minute then takes several.
PATIENCE = 400_000


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CROSSOVER_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("Chromium is not installed")
    return found


@contextlib.contextmanager
def served(home: Path, module: str = "streamlit") -> Iterator[str]:
    """A fresh server on a free port with its own home, started by a module; its engine leaves with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CROSSOVER_HOME": str(home), "OMP_NUM_THREADS": "1"}
    run = ("-m", module, "run", "app.py", "--server.port", str(port), "--server.headless", "true")
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, *run], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
            # The engine leaves when the store it watches is gone.
            shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[object]:
    """A failed test tells what stood on the page."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        with contextlib.suppress(Exception):
            report.sections.append(("on the page", page.inner_text("body", timeout=5_000)[:6_000]))
    return report


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own with an empty home, whose settings offer a training time for tests."""
    with served(tmp_path_factory.mktemp("home"), "tests.browser.short_contests") as there:
        yield there


def drawn(page: object) -> None:
    """Waits until the page is drawn: what is clicked before that may be replaced under the pointer."""
    from playwright.sync_api import expect

    idle = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")  # type: ignore[attr-defined]
    expect(idle).to_be_attached()


def bring_models(page: object) -> None:
    """Waits until the models of the result on show are loaded, by themselves or on request."""
    from playwright.sync_api import expect

    button = page.get_by_role("button", name="Load models")  # type: ignore[attr-defined]
    expect(page.get_by_text("models loaded").or_(button).first).to_be_visible()  # type: ignore[attr-defined]
    if button.is_visible():
        button.click()
    expect(page.get_by_text("models loaded")).to_be_visible()  # type: ignore[attr-defined]


def web_process(address: str) -> psutil.Process:
    """The process that serves an address.

    Raises:
        LookupError: there is none.
    """
    port = address.rsplit(":", 1)[1]
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if "--server.port" in process.cmdline() and port in process.cmdline():
                return process
    raise LookupError(address)


def choose_file(page: object, file: object) -> None:
    """Gives a file or a folder to the last picker on a page, once the page is drawn.

    Streamlit drops its answer to a picker where a redraw begins in the same moment, and the file is then never sent.
    """
    picker = page.get_by_test_id("stFileUploaderDropzoneInput").last  # type: ignore[attr-defined]
    picker.wait_for(state="attached")
    # At a first visit the browser's answer to who it is asks for one more redraw.
    page.wait_for_function("() => localStorage.getItem('crossover-owner')")  # type: ignore[attr-defined]
    drawn(page)
    picker.set_input_files(file)


def open_settings(page: object) -> None:
    """Opens the settings of a contest, once the page is drawn for the data that were picked last."""
    drawn(page)
    page.get_by_text("Settings", exact=True).first.click()  # type: ignore[attr-defined]


def shorten(page: object, budget: str = IN_WORDS, steps: int = 6) -> None:
    """Sets the training time in the open settings some steps down, by default to the shortest one."""
    from playwright.sync_api import expect

    drawn(page)
    clock = page.get_by_role("slider").first  # type: ignore[attr-defined]
    clock.focus()
    for _ in range(steps):
        clock.press("ArrowLeft")
    expect(page.get_by_text(f"Budget {budget}")).to_be_visible()  # type: ignore[attr-defined]


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the server did not start")


WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[object]:
    """One Chromium for the tests of a file; every page has a context, and so a storage, of its own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: object, address: str) -> Iterator[object]:
    """A first visitor's page; nothing may be asked of the outside, and the security policy is never broken."""
    with opened(browser, address) as sheet:
        yield sheet


@contextlib.contextmanager
def opened(browser: object, address: str, **context: object) -> Iterator[object]:
    """A first visitor's page that notes every request it makes elsewhere and every breach of the policy."""
    visit = browser.new_context(**{"viewport": {"width": 1440, "height": 1400}, **context})  # type: ignore[attr-defined]
    sheet = visit.new_page()
    sheet.set_default_timeout(PATIENCE)
    elsewhere: list[str] = []
    broken: list[str] = []
    sheet.add_init_script(WATCH)
    sheet.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else elsewhere.append(asked.url),
    )
    sheet.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None,
    )
    try:
        yield sheet
        assert elsewhere == [], "nothing may be asked of the outside"
        assert broken == [] and sheet.evaluate("window.violations") == [], "the security policy holds"
    finally:
        visit.close()
