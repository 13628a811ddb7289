"""Pictures, texts, sounds and series whose names and words are weapons: every page is walked, nothing happens."""

from __future__ import annotations

import io
import re
import zipfile

import numpy as np
import pytest

from tests.browser import uploads
from tests.browser.conftest import choose_file, open_settings, shorten
from tests.browser.test_hostile_names import NAMES, unharmed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
CLASSES = ("<b id=injected>yes<b>", "![n](http:example.invalid no.png) $x^2$ :red[r] =HYPERLINK(0)")
FILE = "![f](x) `b` <u id=injected>"
CHANNELS = (NAMES[6], NAMES[8], "a.b", "__proto__")
WORDS = (
    ("good", "fine", "<img src=http://example.invalid/t.png onerror=alert(1)>", "![x](http://example.invalid/m.png)"),
    ("bad", "sad", "[l](javascript:alert(2))", "<script>alert(3)</script>"),
)
NEUTRAL = ["the", "of", "and", "it", "was", "<b", "id=injected>bold</b>", "$x$", ":red[x]", "__proto__", "constructor"]
EACH = 24


def pictures() -> bytes:
    """A zip of two classes of 16 x 16 pictures, told apart by where they are bright."""
    from PIL import Image

    rng, held = np.random.default_rng(2), io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for place, name in enumerate(CLASSES):
            for turn in range(EACH):
                pixels = rng.integers(0, 90, (16, 16, 3)).astype("uint8")
                pixels[6 * place : 6 * place + 6] += 120
                drawn = io.BytesIO()
                Image.fromarray(pixels).save(drawn, "PNG")
                archive.writestr(f"{name}/<img src=x onerror=alert({turn})> ![p](x).png", drawn.getvalue())
    return held.getvalue()


def texts() -> bytes:
    """A zip of two classes of short texts that would do harm as HTML or as Markdown."""
    rng, held = np.random.default_rng(3), io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for place, name in enumerate(CLASSES):
            for turn in range(EACH):
                said = " ".join([*rng.choice(WORDS[place], 4), *rng.choice(NEUTRAL, 8)])
                archive.writestr(f"{name}/![f](x) <u id=injected>{turn}.txt", said)
    return held.getvalue()


def sounds() -> bytes:
    """A zip of two classes of short tones, low and high."""
    rng, when, held = np.random.default_rng(4), np.arange(2_000) / 4_000, io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for place, name in enumerate(CLASSES):
            for turn in range(EACH):
                wave = 0.4 * np.sin(2 * np.pi * (300 + 500 * place) * when) + rng.normal(0, 0.05, len(when))
                archive.writestr(f"{name}/<img src=x onerror=alert({turn})>.wav", uploads.recording(wave, 4_000))
    return held.getvalue()


def series() -> bytes:
    """A long CSV of units that swing or rest, with channels, units and states of hostile names."""
    rng, rows = np.random.default_rng(5), []
    for unit in range(6):
        for step in range(320):
            busy = (step // 80 + unit) % 2
            swing = np.sin(0.9 * step) if busy else 0.3 * np.sin(0.2 * step)
            channels = [f"{swing + 0.3 * rng.normal():.3f}" for _ in CHANNELS]
            moment = f"2026-01-01 {step // 60:02d}:{step % 60:02d}"
            rows.append([moment, f"{NAMES[unit]} {unit}", *channels, CLASSES[busy]])
    return uploads.sheet(["time", "machine", *CHANNELS, "state"], rows)


MADE = {
    "pictures": (pictures, "zip", r"\b48 "),
    "texts": (texts, "zip", r"\b48 "),
    "sounds": (sounds, "zip", r"\b48 "),
    "series": (series, "csv", r"One window is .* time: time"),
}


@pytest.mark.parametrize("kind", MADE)
def test_every_page_survives_hostile_media(kind: str, page: object, address: str) -> None:
    from playwright.sync_api import expect

    spoken: list[str] = []
    page.on("dialog", lambda box: (spoken.append(box.message), box.dismiss()))
    page.goto(address)
    page.get_by_role("radio", name="My own file").or_(page.get_by_text("My own file")).first.click()
    make, suffix, seen = MADE[kind]
    upload = {"name": f"{FILE}.{suffix}", "mimeType": f"application/{suffix}", "buffer": make()}
    choose_file(page, upload)
    expect(page.get_by_role("button", name="Run the contest")).to_be_enabled()
    expect(page.get_by_text(re.compile(seen)).first).to_be_visible()
    unharmed(page)
    open_settings(page)
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("heading", name="Leaderboard", exact=True).first).to_be_visible(timeout=600_000)
    unharmed(page)
    run = re.search(r"run=([0-9a-f]{32})", page.url)[1]  # type: ignore[index]
    for name in ("compare", "document", "use_cases", "history", "method", "explain"):
        page.goto(f"{address}/{name}?run={run}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(1_500)
        unharmed(page)
    expect(page.get_by_text("One item, as each side sees it")).to_be_visible()
    shown = {"texts": "svg .mark-text text", "series": "svg .mark-line path"}.get(kind, "img")
    expect(page.locator(f"[data-testid=stMain] {shown}").first).to_be_visible()
    unharmed(page)
    assert spoken == []
