"""Small honest uploads of every kind, drawn anew in memory: pictures, texts, sounds, readings, tickets."""

from __future__ import annotations

import csv
import io
import wave
import zipfile

import numpy as np

PRAISE = ["lovely", "great", "warm", "tasty", "fresh", "friendly", "quick", "delicious"]
BLAME = ["awful", "slow", "cold", "stale", "rude", "greasy", "broken", "bland"]
PLAIN = [
    *("the", "food", "was", "and", "we", "came", "back", "table", "waiter"),
    *("service", "place", "for", "dinner", "with", "my", "family", "last", "week"),
]


def sheet(names: list[str], rows: list[list[object]]) -> bytes:
    """A CSV in UTF-8."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(names)
    writer.writerows(rows)
    return held.getvalue().encode()


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def picture(rng: np.random.Generator, ring: bool, side: int = 16) -> bytes:
    """A ring or a bar somewhere on a noisy ground, as PNG."""
    from PIL import Image

    down, across = np.mgrid[:side, :side]
    place = rng.uniform(6, side - 6, 2)
    far = np.hypot(across - place[0], down - place[1])
    shape = abs(far - 4) < 1.2 if ring else (abs(across - place[0]) < 1.5) & (abs(down - place[1]) < 5)
    pixels = np.where(shape[..., None], rng.integers(150, 250, 3), rng.integers(0, 90, 3))
    held = io.BytesIO()
    Image.fromarray(np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)).save(held, "PNG")
    return held.getvalue()


def pictures(count: int = 60) -> bytes:
    """A zip of two class folders, one broken file among them."""
    rng = np.random.default_rng(1)
    files = {f"{('bar', 'ring')[k % 2]}/{k}.png": picture(rng, bool(k % 2)) for k in range(count)}
    return packed({**files, "ring/broken.png": b"\x89PNG\r\n\x1a\n" + bytes(40)})


def said(rng: np.random.Generator, kind: bool) -> str:
    """A sentence of a guest who is pleased or not."""
    words = [*rng.choice(PLAIN, rng.integers(6, 12)), *rng.choice(PRAISE if kind else BLAME, 2)]
    rng.shuffle(words)
    return " ".join(map(str, words)).capitalize() + "."


def texts(count: int = 80) -> bytes:
    """A zip of texts, a folder a class, one of them empty."""
    rng = np.random.default_rng(2)
    files = {f"{('blame', 'praise')[k % 2]}/{k}.txt": said(rng, bool(k % 2)).encode() for k in range(count)}
    return packed({**files, "praise/empty.txt": b""})


def sounds(count: int = 60, rate: int = 4_000) -> bytes:
    """A zip of half-second tones, steady or rising, as WAV; one is silent."""
    rng, when = np.random.default_rng(3), np.arange(rate // 2) / rate
    files = {}
    for k in range(count):
        turn = rng.uniform(300, 700) * when + (500 * when**2 if k % 2 else 0)
        files[f"{('steady', 'rising')[k % 2]}/{k}.wav"] = recording(
            0.4 * np.sin(2 * np.pi * turn) + rng.normal(0, 0.05, len(when)), rate
        )
    return packed({**files, "steady/silent.wav": recording(np.zeros(len(when)), rate)})


def recording(samples: np.ndarray, rate: int) -> bytes:
    """Samples in -1..1 as a 16-bit WAV."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32_000).astype("<i2").tobytes())
    return held.getvalue()


def readings(units: int = 6, steps: int = 480) -> bytes:
    """A long CSV of machines that idle or grind in turn, with time, unit, two channels and the state."""
    rng, rows = np.random.default_rng(4), []
    for unit in range(units):
        for step in range(steps):
            busy = (step // 80 + unit) % 2
            swing = np.sin(0.9 * step) if busy else 0.3 * np.sin(0.2 * step)
            moment = f"2026-01-{1 + step // 1440:02d} {step // 60 % 24:02d}:{step % 60:02d}"
            rows.append([moment, f"m{unit}", f"{swing + 0.3 * rng.normal():.3f}", f"{20 + rng.normal():.2f}",
                         ("idle", "grinding")[busy]])  # fmt: skip
    return sheet(["time", "machine", "vibration", "temperature", "state"], rows)


def pump(steps: int = 3_000) -> bytes:
    """A CSV of a pump's pressure with rare marked jumps."""
    rng = np.random.default_rng(5)
    odd = np.zeros(steps, dtype=int)
    for start in rng.choice(steps - 10, 24, replace=False):
        odd[start : start + 6] = 1
    rows: list[list[object]] = []
    for step in range(steps):
        pressure = 5 + np.sin(0.1 * step) + 0.3 * rng.normal() + 1.6 * odd[step]
        rows.append([step, f"{pressure:.3f}", f"{2 + np.cos(0.1 * step) + 0.3 * rng.normal():.3f}", int(odd[step])])
    return sheet(["step", "pressure", "flow", "anomaly"], rows)


def tickets(count: int = 200) -> bytes:
    """A table with numbers, a category and a column of free text."""
    rng, rows = np.random.default_rng(6), []
    for _ in range(count):
        angry = bool(rng.random() < 0.5)
        answer = angry if rng.random() < 0.9 else not angry
        rows.append([f"{rng.gamma(3, 5) + 4 * angry:.1f}", str(rng.choice(["mail", "phone"])), said(rng, not angry),
                     "yes" if answer else "no"])  # fmt: skip
    return sheet(["waiting_minutes", "channel", "message", "refunded"], rows)


def clip(rng: np.random.Generator, right: bool, side: int = 24, count: int = 12) -> bytes:
    """A bright square that moves to the right or to the left on a noisy ground, as an animated GIF."""
    from PIL import Image

    down, ground, frames = int(rng.integers(4, side - 8)), int(rng.integers(0, 80)), []
    for number in range(count):
        left = 2 + (number if right else count - 1 - number)
        pixels = ground + rng.normal(0, 8, (side, side))
        pixels[down : down + 5, left : left + 5] = 230
        frames.append(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))
    held = io.BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:], duration=60)
    return held.getvalue()


def clips(count: int = 60) -> bytes:
    """A zip of two class folders of moving squares."""
    rng = np.random.default_rng(5)
    return packed({f"{('left', 'right')[k % 2]}/{k}.gif": clip(rng, bool(k % 2)) for k in range(count)})
