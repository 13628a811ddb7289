"""The picture of a result for the README, taken of the running app: ``python -m tests.browser.pictures``.

A contest on the embedded churn table is played with the default plan in a home of its own, so it takes two minutes.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from tests.browser.axe import settle
from tests.browser.conftest import FLAGS, PATIENCE, ROOT, served

PICTURE = ROOT / "data" / "pictures" / "result.png"
SIZE = {"width": 1440, "height": 900}


def take_picture(chromium: str, path: Path) -> None:
    """Plays a contest and writes the first screen of its result.

    Args:
        chromium: its command. path: of the PNG.
    """
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, served(Path(home)) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_context(viewport=SIZE, color_scheme="light").new_page()
        page.set_default_timeout(5 * PATIENCE)
        page.goto(address)
        page.get_by_role("button", name="Run the contest").click()
        page.get_by_role("button", name=re.compile(r"\bNew$")).wait_for()
        settle(page, 8_000)
        page.mouse.move(5, 5)
        page.screenshot(path=path)
        browser.close()


def main() -> int:
    """Takes the picture; 1 where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("Chromium is not installed.\n")
        return 1
    take_picture(chromium, PICTURE)
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
