"""Every kind of data as a user brings it, in a real browser: upload, preview, run, verdict, explanation on screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.browser import uploads
from tests.browser.conftest import bring_models, choose_file, drawn, open_settings, shorten
from tests.browser.short_contests import IN_WORDS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]
PICTURE = "img[src*='/media/']"
SLOWEST = 600_000
# Frozen encoders explain slowly; the networks from scratch draw the maps that are looked for.
PRETRAINED_PICTURES = ["EfficientNet-Lite0 (pretrained) · Deep", "EfficientNet + HOG + SVM (pretrained) · Hybrid"]
PRETRAINED_SOUNDS = [
    "SoundNet + speech embedding (pretrained) · Deep", "Sound embeddings + MFCC + SVM (pretrained) · Hybrid",
]  # fmt: skip
PRETRAINED_CLIPS = ["EfficientNet, frames (pretrained) · Deep", "EfficientNet + motion (pretrained) · Hybrid"]
# One detector of either side is left.
OTHER_DETECTORS = ["Autoencoder + isolation forest · Hybrid", "Temporal network · Deep",
                   "Window figures + boosted trees · Classical"]  # fmt: skip
VERDICT = re.compile(
    "wins on your data|is better within|Practically equal|No clear winner|Not enough folds|Nothing to learn"
)


def bring(page: object, address: str, file: tuple[str, bytes], kind: str) -> None:
    """Uploads a file and sees that it is recognised; overrules the reading where it was taken for something else."""
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_text("My own file", exact=True).click()
    upload = {"name": file[0], "mimeType": "application/octet-stream", "buffer": file[1]}
    choose_file(page, upload)
    told = page.get_by_text(re.compile("recognised as"))
    expect(told).to_be_visible()
    if kind not in told.inner_text():
        # series are offered in two layouts: rows that are moments, or rows that are series
        offer = "Readings, a row a moment" if "series" in kind else kind.capitalize()
        page.get_by_test_id("stButtonGroup").get_by_text(offer, exact=True).click()
        expect(page.get_by_text(re.compile(f"recognised as {kind}"))).to_be_visible()
    # what is clicked while the page is still drawn again is replaced under the pointer
    drawn(page)


def run(page: object, without: Sequence[str] = ()) -> str:
    """Runs the contest on the smallest budget, without some contestants, and waits for its verdict; the run's id."""
    from playwright.sync_api import expect

    open_settings(page)
    for name in without:
        page.get_by_role("button", name=name, exact=True).click()
    shorten(page)
    page.get_by_role("button", name="Run the contest").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT, timeout=SLOWEST)
    page.get_by_role("tab", name="Why", exact=True).click()
    expect(
        page.get_by_text(re.compile(f"Under these conditions: .*{re.escape(IN_WORDS)} of training.*from scratch"))
    ).to_be_visible()
    return re.search(r"run=([0-9a-f]{32})", page.url)[1]  # type: ignore[index]


def explained(page: object, address: str, run: str) -> None:
    """Waits until the whole contest is over and opens its explanation."""
    from playwright.sync_api import expect

    expect(page.get_by_role("button", name=re.compile(r"\bNew$"))).to_be_visible(timeout=SLOWEST)
    page.goto(f"{address}/explain?run={run}")
    expect(page.get_by_text("What matters overall")).to_be_visible()
    expect(page.get_by_text("Reliability of these explanations")).to_be_visible()
    expect(page.get_by_text(re.compile("Shares differ from the exact ones")).first).to_be_visible()
    body = page.inner_text("body")
    assert "Something went wrong" not in body and "SyntaxError" not in body


def test_pictures(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("shapes.zip", uploads.pictures()), "pictures")
    expect(page.get_by_text("60 pictures used, 1 left out · 2 classes")).to_be_visible()
    expect(page.get_by_text("ring · 30")).to_be_visible()
    expect(page.locator(PICTURE).nth(9)).to_be_visible()
    name = run(page, without=PRETRAINED_PICTURES)
    explained(page, address, name)
    for title in ("Integrated gradients", "Grad-CAM", "Occlusion"):
        expect(page.get_by_text(title).first).to_be_visible()
    expect(page.locator(PICTURE).nth(5)).to_be_visible()
    expect(page.get_by_text(re.compile("says (ring|bar)")).first).to_be_visible()


def test_a_folder_of_pictures_is_read(page: object, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    rng = np.random.default_rng(7)
    for k in range(24):
        place = tmp_path / "mine" / ("ring" if k % 2 else "bar")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{k}.png").write_bytes(uploads.picture(rng, bool(k % 2)))
    page.goto(address)
    page.get_by_text("My own folder", exact=True).click()
    choose_file(page, str(tmp_path / "mine"))
    expect(page.get_by_text(re.compile(r"mine\.zip: recognised as pictures"))).to_be_visible()
    expect(page.get_by_text("24 pictures used, none left out · 2 classes")).to_be_visible()


def test_clips_are_uploaded_answered_and_tried(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("squares.zip", uploads.clips()), "moving pictures")
    expect(page.get_by_text("60 clips used, none left out · 2 classes")).to_be_visible()
    expect(page.locator(PICTURE).nth(3)).to_be_visible()
    run(page, without=PRETRAINED_CLIPS)
    expect(page.get_by_role("heading", name="Try it", exact=True)).to_be_visible()
    bring_models(page)
    models = page.get_by_text("answered in")
    expect(models).to_have_count(3)
    recorded = page.get_by_text(re.compile("Four frames of what they see; recorded: (left|right)"))
    expect(recorded).to_be_visible()
    page.get_by_label(re.compile("^Test clip, 1 to")).fill("2")
    page.keyboard.press("Tab")
    page.get_by_role("radio", name="Backwards").click()
    expect(models).to_have_count(3)
    page.get_by_role("radio", name="My own clip").click()
    own = uploads.clip(np.random.default_rng(8), True)
    chosen = {"name": "mine.gif", "mimeType": "image/gif", "buffer": own}
    choose_file(page, chosen)
    expect(page.get_by_text("Four frames of what they see", exact=True)).to_be_visible()
    expect(models).to_have_count(3)
    assert "No answer" not in page.inner_text("body")


def test_texts(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("guests.zip", uploads.texts()), "texts")
    expect(page.get_by_text(re.compile("[6-8][0-9] texts used, [1-9] left out · 2 classes"))).to_be_visible()
    explained(page, address, run(page, without=["MiniLM (pretrained) · Deep", "MiniLM + TF-IDF (pretrained) · Hybrid"]))
    expect(page.get_by_text(re.compile("says (praise|blame)")).first).to_be_visible()
    words = page.locator("[data-testid=stVegaLiteChart] .mark-text text")
    expect(words.filter(has_text=re.compile("lovely|great|warm|tasty|awful|slow|cold|stale")).first).to_be_attached()


def test_sounds(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("tones.zip", uploads.sounds()), "sounds")
    expect(page.get_by_text("60 sounds used, 1 left out · 2 classes")).to_be_visible()
    player = page.locator("audio").first
    expect(player).to_be_visible()
    player.evaluate("sound => sound.play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    explained(page, address, run(page, without=PRETRAINED_SOUNDS))
    expect(page.locator("audio").first).to_be_visible()
    expect(page.locator(PICTURE).nth(1)).to_be_visible()


def test_series(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("machines.csv", uploads.readings()), "sensor and time series")
    expect(page.get_by_text(re.compile("One window is .* time: time · unit: machine · answer: state"))).to_be_visible()
    expect(page.get_by_text("vibration", exact=True).first).to_be_visible()
    explained(page, address, run(page, without=["Network features + figures + SVM · Hybrid"]))
    expect(page.get_by_text(re.compile("says (idle|grinding)")).first).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] .mark-line path").first).to_be_visible()


def test_anomalies(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("pump.csv", uploads.pump()), "sensor and time series")
    explained(page, address, run(page, without=OTHER_DETECTORS))
    expect(page.get_by_text(re.compile("says an alarm of")).first).to_be_visible()


def test_a_table_with_a_text_column(page: object, address: str) -> None:
    from playwright.sync_api import expect

    bring(page, address, ("tickets.csv", uploads.tickets()), "tables")
    expect(page.get_by_text("200 rows, 4 columns")).to_be_visible()
    explained(page, address, run(page, without=["Network + trees (hybrid)"]))
    expect(
        page.locator("[data-testid=stVegaLiteChart] .mark-text text").filter(has_text="message").first
    ).to_be_attached()
    expect(page.get_by_text(re.compile("says (yes|no)")).first).to_be_visible()
