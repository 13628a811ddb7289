"""A first visit by a deep link, on a server that nobody has visited yet, and what its answers carry."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.conftest import opened, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PAGES = {
    "compare?run=" + "0" * 32: "Looking for the run|not in this browser's history",
    "compare": "Deep learning or classical",
    "explain": "How each side reaches",
    "document": "Published claims, tested",
    "use_cases": "Eight use cases",
    "history": "Your runs",
    "method": "How every number is made",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_deep_link_on_a_fresh_server(name: str, browser: object, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    with served(tmp_path) as address:
        for _ in range(3):
            with opened(browser, address) as page:
                page.goto(f"{address}/{name}")
                expect(page.get_by_text(re.compile(PAGES[name])).first).to_be_visible()
                until = time.monotonic() + 60
                while not page.evaluate("localStorage.getItem('crossover-owner')") and time.monotonic() < until:
                    page.wait_for_timeout(100)
                assert page.evaluate("localStorage.getItem('crossover-owner')"), "the browser keeps who it is"
                assert page.get_by_text("Page not found").count() == 0
                assert page.get_by_text("Something went wrong").count() == 0


def test_headers_and_closed_paths(address: str) -> None:
    for path in ("/", "/compare", "/_stcore/health"):
        with urllib.request.urlopen(address + path) as answer:
            said = answer.headers["content-security-policy"]
            assert "default-src 'none'" in said and "'unsafe-eval'" not in said
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + path)
        assert refused.value.code == 404
        refused.value.close()


def test_an_upload_without_the_token_is_refused(address: str) -> None:
    forged = urllib.request.Request(f"{address}/_stcore/upload_file/session/file", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    assert refused.value.code == 403
    refused.value.close()
