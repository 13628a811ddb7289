"""Small clips as files: squares that move, in the formats that are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image


def frames(seed: int = 0, count: int = 4, side: int = 16, step: int = 2) -> list[np.ndarray]:
    """Frames (side, side, 3) of a square that moves to the right by ``step`` pixels, on noise as bright as its clip."""
    draw = np.random.default_rng(seed)
    top, ground = int(draw.integers(0, side // 2)), draw.integers(0, 100) + draw.integers(0, 40, (side, side, 3))
    made = []
    for number in range(count):
        frame = ground.copy()
        left = (2 + number * step) % (side - 4)
        frame[top : top + 4, left : left + 4] = 230
        made.append(frame.astype(np.uint8))
    return made


def packed(made: list[np.ndarray], form: str = "GIF") -> bytes:
    """Frames as one animation, or as a still picture where there is one."""
    pictures, held = [Image.fromarray(frame) for frame in made], io.BytesIO()
    lossless = {"lossless": True} if form == "WEBP" else {}
    if len(pictures) > 1:
        pictures[0].save(held, form, save_all=True, append_images=pictures[1:], duration=40, **lossless)
    else:
        pictures[0].save(held, form, **lossless)
    return held.getvalue()


def archive(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def clip_zip(path: Path, form: str = "GIF", each: int = 3, count: int = 4) -> Path:
    """A zip of two classes of clips: squares that move right, and left."""
    members = {}
    for code, label in enumerate(("left", "right")):
        for row in range(each):
            made = frames(10 * code + row, count, step=2 if code else -2)
            members[f"{label}/clip{row}.{form.lower()}"] = packed(made, form)
    return archive(path, members)


def frame_zip(path: Path, name: str = "frame_{:03d}.png", each: int = 3, count: int = 5) -> Path:
    """A zip of two classes of folders, each with the numbered frames of one clip."""
    members = {}
    for code, label in enumerate(("left", "right")):
        for row in range(each):
            for number, frame in enumerate(frames(10 * code + row, count, step=2 if code else -2)):
                members[f"{label}/take{row}/{name.format(number + 1)}"] = packed([frame], "PNG")
    return archive(path, members)
