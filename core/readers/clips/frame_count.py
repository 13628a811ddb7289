"""How many frames an animation says it has, from its own list of parts: nothing is decoded."""

from __future__ import annotations

import struct

GIF, WEBP, PNG, AVIF = "GIF", "WEBP", "PNG", "AVIF"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
ANIMATED_WEBP = 0x02


def animation_format(data: bytes) -> str:
    """The format by its first bytes.

    Args:
        data: of a file.

    Returns:
        "GIF", "WEBP", "PNG" or "AVIF", whether it moves or not; "" for everything else.
    """
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(PNG_MAGIC):
        return PNG
    return AVIF if data[4:12] in (b"ftypavif", b"ftypavis") else ""


def count_frames(data: bytes, most: int) -> int:
    """How many frames a file of these formats has by its list of parts.

    Args:
        data: of a whole file. most: no more than these are counted.

    Returns:
        Frames, at most ``most``; 0 for other formats. Of AVIF only whether it is a sequence is known here: 1 or 2.
    """
    found = animation_format(data)
    if found == GIF:
        return _gif(data, most)
    if found == WEBP:
        return _webp(data, most)
    if found == PNG:
        return min(most, _png(data))
    return (2 if data[8:12] == b"avis" else 1) if found == AVIF else 0


def _gif(data: bytes, most: int) -> int:
    """Walks over the blocks: a colour table, then extensions and images, each a row of sub-blocks."""
    if len(data) < 13:
        return 0
    at, frames = 13 + _table_bytes(data[10]), 0
    while at < len(data) and frames < most:
        kind = data[at]
        if kind == 0x21:
            at = _after_blocks(data, at + 2)
        elif kind == 0x2C and at + 10 < len(data):
            frames += 1
            at = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
        else:
            break
    return frames


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes, most: int) -> int:
    if data[12:16] != b"VP8X" or len(data) < 30 or not data[20] & ANIMATED_WEBP:
        return 1
    at, frames = 12, 0
    while at + 8 <= len(data) and frames < most:
        frames += data[at : at + 4] == b"ANMF"
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + (size & 1)
    return max(1, frames)


def _png(data: bytes) -> int:
    """The number that the chunk acTL tells, where it stands before the pixels as it must."""
    at = len(PNG_MAGIC)
    while at + 12 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"acTL" and size == 8:
            return max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        if kind in (b"IDAT", b"IEND"):
            break
        at += 12 + size
    return 1
