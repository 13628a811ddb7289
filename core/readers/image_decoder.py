"""Decodes pictures nobody vouches for into uint8 arrays: a short list of formats, own pixel ceilings, right pixels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import limits

if TYPE_CHECKING:
    from PIL import Image, ImageFile

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jfif")
LARGEST_SIDE = 96
SMALLEST_SIDE = 8
FULL = 65_535
OTHER_ORDER = {"16B": "16L", "16L": "16B", "16N": "16B"}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_UNKNOWN = (
    (b"%!PS", "a PostScript file"),
    (b"%PDF", "a PDF"),
    (b"SIMPLE  =", "a FITS file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"PK\x03\x04", "a zip"),
    (b"\x1f\x8b", "a gzip file"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML file"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
)


class UndecodableImage(Exception):
    """One member cannot be used; the text says why, and the reader counts it and goes on."""


def image_format(data: bytes) -> str | None:
    """The picture format by its first bytes, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def describe_unknown(data: bytes) -> str:
    """What bytes that are no picture seem to be, in words."""
    if not data:
        return "an empty file"
    if data[4:8] == b"ftyp":
        return "a HEIC or video file"
    head = data[:512].lstrip().lower()
    for magic, name in _UNKNOWN:
        if head.startswith(magic.lower()):
            return name
    if b"<svg" in head:
        return "an SVG drawing"
    return "text" if head.isascii() and b"\x00" not in head else "an unknown format"


def decode(data: bytes, side: int = LARGEST_SIDE) -> tuple[np.ndarray, int]:
    """Decodes one picture.

    A deep picture keeps its values, so that one scale can be found for all of an archive (``image_depth``).

    Args:
        data: the bytes of the member.
        side: pixels to which the shorter side is reduced at once, so that memory stays bounded.

    Returns:
        (pixels (h, w, 1 or 3), number of pixels of the original); pixels are uint8, of a deep picture uint16 (16 bits)
        or float32 (32 bits).

    Raises:
        UndecodableImage: with the reason, for anything that is not a sound picture of an allowed format and size.
    """
    from PIL import Image

    found = image_format(data)
    if found is None:
        raise UndecodableImage(f"not a picture but {describe_unknown(data)}")
    with warnings.catch_warnings():
        # Pillow warns of large pictures and odd metadata; both are judged here by our own ceiling.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=[found]) as picture:
                pixels = picture.width * picture.height
                if pixels > limits.PICTURE_PIXELS:
                    raise UndecodableImage(_too_large(pixels))
                if min(picture.size) < 1:
                    raise UndecodableImage("a picture without pixels")
                return _pixels(picture, side, _lower_bytes(data, found, picture)), pixels
        except Image.DecompressionBombError:
            raise UndecodableImage(_too_large(4 * limits.PICTURE_PIXELS)) from None
        except UndecodableImage:
            raise
        except Exception as error:
            raise UndecodableImage("damaged or cut short") from error


def _too_large(pixels: int) -> str:
    return f"{pixels / 1e6:.0f} million pixels or more; the limit is {limits.PICTURE_PIXELS / 1e6:.0f} million"


def _lower_bytes(data: bytes, found: str, picture: ImageFile.ImageFile) -> Image.Image | None:
    """The lower bytes of colours of 16 bits, of which the decoder gives the upper ones; None for other pictures.

    Of two bytes in the other order the decoder takes the lower one for the upper one.
    """
    from PIL import Image

    swapped = [tile._replace(args=args) for tile in picture.tile if (args := _swapped(tile.args))]
    if picture.mode not in ("RGB", "RGBA") or not swapped or len(swapped) < len(picture.tile):
        return None
    try:
        low = Image.open(io.BytesIO(data), formats=[found])
        low.tile = swapped
        low.load()
    except ValueError:
        return None
    return low


def _swapped(args: str | Sequence[object] | None) -> str | tuple[object, ...] | None:
    """What is told to the decoder of a tile, with its two bytes in the other order; None where it has no two bytes."""
    raw = args if isinstance(args, str) else str(args[0]) if args else ""
    stem, _, order = raw.rpartition(";")
    if order not in OTHER_ORDER or args is None:
        return None
    told = f"{stem};{OTHER_ORDER[order]}"
    return told if isinstance(args, str) else (told, *args[1:])


def _pixels(picture: Image.Image, side: int, low: Image.Image | None) -> np.ndarray:
    from PIL import Image, ImageOps

    if picture.format == "JPEG":
        picture.draft(None, (2 * side, 2 * side))
    picture.load()
    image = ImageOps.exif_transpose(picture)
    if low is not None:
        return _deep_colours(image, ImageOps.exif_transpose(low), side)
    deep_grey = ""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        image, deep_grey = Image.fromarray(_finite(np.asarray(image, dtype=np.float32))), image.mode
    elif image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        sheet = image.convert("RGBA")
        ground = Image.new("RGBA", sheet.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, sheet).convert("L" if picture.mode == "LA" else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image = _reduced(image, side)
    if deep_grey:
        return _deep_values(np.asarray(image), deep_grey)[:, :, None]
    array = np.asarray(image, dtype=np.uint8)
    return array[:, :, None] if array.ndim == 2 else array[:, :, :3]


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """A picture whose shorter side is no longer than ``side``."""
    from PIL import Image

    share = min(side / min(image.size), 8 * side / max(image.size))
    if share >= 1:
        return image
    smaller = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(smaller, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _deep_colours(upper: Image.Image, lower: Image.Image, side: int) -> np.ndarray:
    """Colours of 16 bits (h, w, 3) from their two bytes, on white where they are transparent."""
    from PIL import Image

    values = np.asarray(upper, dtype=np.uint16) << 8 | np.asarray(lower, dtype=np.uint16)
    channels = []
    for channel in range(3):
        plain = values[:, :, channel].astype(np.float32)
        if values.shape[2] == 4:
            cover = values[:, :, 3].astype(np.float32) / FULL
            plain = (plain * cover + FULL * (1 - cover)).astype(np.float32)
        channels.append(np.asarray(_reduced(Image.fromarray(plain), side)))
    return np.rint(np.stack(channels, axis=2)).astype(np.uint16)


def _finite(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def _deep_values(values: np.ndarray, mode: str) -> np.ndarray:
    """Whole numbers of 16 bits as uint16, all other greys as float32."""
    if mode != "F" and values.min() >= 0 and values.max() <= 65_535:
        return np.rint(values).astype(np.uint16)
    return values.astype(np.float32)


def common_size(shapes: list[tuple[int, ...]], largest: int = LARGEST_SIDE) -> tuple[int, int]:
    """Height and width all pictures are brought to: their own if they agree and are small, else a square.

    Args:
        shapes: (h, w, ...) of each. largest: side in pixels.
    """
    sizes = {(shape[0], shape[1]) for shape in shapes}
    if len(sizes) == 1:
        height, width = next(iter(sizes))
        if min(height, width) >= SMALLEST_SIDE and max(height, width) <= largest:
            return height, width
    side = float(np.median([min(shape[0], shape[1]) for shape in shapes]))
    square = int(np.clip(round(side / 8) * 8, 16, largest))
    return square, square


def fit_to_size(pixels: np.ndarray, size: tuple[int, int], channels: int) -> np.ndarray:
    """One picture cut in the middle to the common shape, scaled, and given 1 or 3 channels: uint8 (h, w, channels)."""
    from PIL import Image, ImageOps

    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    image = image.convert("L" if channels == 1 else "RGB")
    if (image.height, image.width) != size:
        image = ImageOps.fit(image, (size[1], size[0]), method=Image.Resampling.BILINEAR)
    array = np.asarray(image, dtype=np.uint8)
    return array[:, :, None] if array.ndim == 2 else array


def is_grey(pixels: np.ndarray) -> bool:
    """Whether a picture has one channel, or three that say nearly the same."""
    if pixels.shape[2] == 1:
        return True
    small = pixels[:: max(1, pixels.shape[0] // 32), :: max(1, pixels.shape[1] // 32)].astype(np.int16)
    return bool(np.ptp(small, axis=2).max() <= 2)
