"""Pictures: a zip or folder with one folder per class, or with a table of file names and labels inside."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from core import limits
from core.explain import item_thumbnails, maskers
from core.models import input_views
from core.perturbation import corruptions, live_questions
from core.readers import archives, class_folders, image_decoder, image_depth
from core.schema import Dataset, LoadError, Modality, Sample
from core.storage.bundled_files import labelled_dataset, sample_path, uploaded_dataset
from core.wording import count_of

MEMORY_BYTES = 300 * limits.MB
DECODE_SHARE = 0.6


def read(path: Path, name: str, apart: bool = False) -> Dataset:
    """Reads class folders of pictures; apart: classes whose names look alike stay as they are written.

    Returns:
        A Dataset with inputs uint8 (n, h, w, 1 or 3), all of one size, and class codes as target.

    Raises:
        LoadError: nothing usable inside, or a limit passed.
    """
    folders = class_folders.find_classes(path, "picture", apart=apart)
    side = int(min(image_decoder.LARGEST_SIDE, max(16, (MEMORY_BYTES / 4 / len(folders.items)) ** 0.5)))
    items, decoded, digests = _decode(folders, side)
    classes = class_folders.assign_classes(folders, items, digests, "picture")
    deep = [decoded[row] for row in classes.rows]
    scale = image_depth.find_scale(deep)
    kept, scaled = [scale.to_bytes(pixels) for pixels in deep], []
    if any(pixels.dtype != np.uint8 for pixels in deep):
        scaled = image_depth.describe_scale(scale, deep, [items[row].name for row in classes.rows])
    size = image_decoder.common_size([pixels.shape for pixels in kept])
    channels = 1 if all(image_decoder.is_grey(pixels) for pixels in kept) else 3
    warnings = [*classes.warnings, *scaled]
    depth = {"whole": list(scale.whole), "fractions": list(scale.fractions or ())}
    resized = sum(pixels.shape[:2] != size for pixels in kept)
    facts = {**classes.facts, "height": size[0], "width": size[1], "channels": channels, "resized": resized}
    facts |= {"depth": depth} if scaled else {}
    if len({pixels.shape[:2] for pixels in kept}) > 1:
        warnings.append(f"Pictures differ in size; {resized:,} cut in the middle and scaled to {size[1]} x {size[0]}.")
    inputs = np.stack([image_decoder.fit_to_size(pixels, size, channels) for pixels in kept])
    return uploaded_dataset("image", name, inputs, classes, warnings, facts)


def _decode(
    folders: class_folders.ClassFolders, side: int
) -> tuple[list[archives.MediaItem], list[np.ndarray], list[bytes]]:
    """Decodes in a shuffled order, so that what a spent clock leaves out is a fair share of every class."""
    until = time.process_time() + DECODE_SHARE * limits.READER_SECONDS
    found: dict[int, tuple[np.ndarray, bytes]] = {}
    total = 0
    for place in np.random.default_rng(0).permutation(len(folders.items)):
        item = folders.items[place]
        if time.process_time() > until:
            folders.left_out[item.name] = "not reached within the reading time"
            continue
        try:
            pixels, count = image_decoder.decode(folders.read(item), side)
        except (image_decoder.UndecodableImage, ValueError) as error:
            folders.left_out[item.name] = str(error)
            continue
        total += count
        if total > limits.ARCHIVE_PIXELS:
            raise LoadError(
                f"The pictures hold more than {limits.ARCHIVE_PIXELS / 1e9:.0f} billion pixels together, the limit.",
                f"after {count_of(len(found), 'picture')}",
                "Upload smaller or fewer pictures.",
            )
        mark = hashlib.sha1(repr(pixels.shape).encode() + pixels.tobytes(), usedforsecurity=False).digest()
        found[int(place)] = (pixels, mark)
    order = sorted(found)
    return [folders.items[i] for i in order], [found[i][0] for i in order], [found[i][1] for i in order]


def _digits() -> Dataset:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    pixels = np.clip(np.rint(bunch.images * (255 / 16)), 0, 255).astype(np.uint8)[..., None]
    return labelled_dataset(
        "image", "Digits 8 x 8", pixels, bunch.target, tuple("0123456789"), "scikit-learn, load_digits"
    )


def _packed(file: str, name: str, source: str) -> Dataset:
    with np.load(sample_path(file), allow_pickle=False) as stored:
        labels = tuple(str(label) for label in stored["classes"])
        return labelled_dataset("image", name, stored["x"][..., None], stored["y"], labels, source)


def _handwriting() -> Dataset:
    return _packed("copyleft/handwriting.npz", "Handwritten digits 28 x 28", "MNIST, 5,000 of 70,000")


def _fashion() -> Dataset:
    return _packed("fashion.npz", "Clothes", "Fashion-MNIST, Zalando Research, 5,000 of 70,000")


def _fruit() -> Dataset:
    dataset = read(sample_path("fruit.zip"), "fruit.zip")
    return replace(dataset, name="Fruit in shops", source="Grocery Store Dataset, M. Klasson, 1,217 photos")


SAMPLES = (
    Sample("digits", "Digits 8 x 8", "1,797 tiny scanned digits.", _digits, "class", 1_000, "BSD-3-Clause"),
    Sample(
        "handwriting", "Handwritten digits", "5,000 digits of 28 x 28 pixels.", _handwriting, "class", 2_000,
        "CC-BY-SA-3.0",
    ),
    Sample("fashion", "Clothes", "5,000 grey photos of ten kinds of clothes.", _fashion, "class", 2_000, "MIT"),
    Sample("fruit", "Fruit in shops", "1,217 phone photos of five fruits.", _fruit, "class", 1_000, "MIT"),
)  # fmt: skip

MODALITY = Modality(
    key="image",
    title="Pictures",
    suffixes=(".zip",),
    display="pictures",
    about="A zip or a folder with one folder of pictures per class (PNG, JPEG, WebP, GIF, BMP, TIFF), "
    "or with a labels.csv that has the columns file and label.",
    read=read,
    read_apart=partial(read, apart=True),
    samples=SAMPLES,
    players="square patches of the picture",
    ask=live_questions.picture_question,
    structured=False,
    live_form="image",
    member_suffixes=(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    unit_noun="picture",
    quick_rows=2_000,
    parts="patches",
    masker=lambda inputs, background: [maskers.patch_masker(inputs, background, grid) for grid in (4, 5, 6, 7)],
    preview="image",
    thumbnail=item_thumbnails.image_thumbnail,
    corrupt=corruptions.IMAGE,
    views=input_views.image_views,
    augmentation="turns, shifts, zooms",
    use_case="vision",
)
