"""Films (MP4, MOV, WebM, MKV, AVI) by PyAV where it is installed, and only inside the bounded reader process.

A film decoder is a large attack surface: it never runs in the process of a page or a prediction. The container is named
by its first bytes, so that a playlist or another file that points elsewhere is never opened.
"""

from __future__ import annotations

import io
import time
from importlib import util

import numpy as np

from core import limits
from core.readers.clips.clip_frames import DecodedClip, UndecodableClip, check_size, frame_numbers, small_size

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
COMMAND = "pip install -r requirements-video.txt"
# Kinds of the container MP4 that hold no film: pictures.
STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"hevc")


def film_format(data: bytes) -> str:
    """The container by its first bytes.

    Args:
        data: of a file.

    Returns:
        "mp4", "matroska" or "avi"; "" for everything else.
    """
    if data[4:8] == b"ftyp" and data[8:12] not in STILL_BRANDS:
        return "mp4"
    if data[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    return "avi" if data[:4] == b"RIFF" and data[8:12] == b"AVI " else ""


def unavailable_reason() -> str | None:
    """Why films cannot be read in this process.

    Returns:
        In words, or None where they can.
    """
    if util.find_spec("av") is None:
        return f"a film, and the film decoder is not installed; one command: {COMMAND}"
    if not _is_bounded():
        return "a film, which only the bounded reader process decodes; save it as an animated GIF or WebP"
    return None


def _is_bounded() -> bool:
    """Whether this process may take no more memory than the reader may."""
    try:
        import resource
    except ImportError:
        return False
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return most != resource.RLIM_INFINITY and most <= limits.READER_MEMORY_BYTES


def decode_film(data: bytes, frames: int, pixels: int, seconds: float) -> DecodedClip:
    """Decodes a film from its first to its last frame and keeps a few.

    Args:
        data: of the whole file. frames, pixels, seconds: at most, of the whole film.

    Returns:
        At most 16 frames, evenly spaced.

    Raises:
        UndecodableClip: it cannot be decoded here, is damaged, or over a limit.
    """
    if (reason := unavailable_reason()) is not None:
        raise UndecodableClip(reason)
    import av

    small: list[np.ndarray] = []
    until, held = time.process_time() + seconds, 0
    try:
        with av.open(io.BytesIO(data), format=film_format(data)) as film:
            if not film.streams.video:
                raise UndecodableClip("a film without pictures")
            stream = film.streams.video[0]
            stream.thread_type, stream.codec_context.thread_count = "NONE", 1
            check_size(stream.codec_context.width, stream.codec_context.height)
            for frame in film.decode(stream):
                check_size(frame.width, frame.height)
                held += frame.width * frame.height
                if len(small) == frames or held > pixels:
                    raise UndecodableClip(f"more than {frames:,} frames or {pixels / 1e6:.0f} million pixels in all")
                if time.process_time() > until:
                    raise UndecodableClip(f"takes longer than {seconds:.0f} s to decode")
                wide, high = small_size(frame.width, frame.height)
                small.append(frame.reformat(width=wide, height=high, format="rgb24").to_ndarray())
    except UndecodableClip:
        raise
    except Exception as error:
        raise UndecodableClip("damaged or cut short") from error
    if len(small) < 2:
        raise UndecodableClip("a still picture, no clip")
    return DecodedClip([small[number] for number in frame_numbers(len(small))], len(small), held)
