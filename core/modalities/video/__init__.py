"""Moving pictures: a zip or folder with one folder of clips per class, or with a table of file names and labels."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from core import limits
from core.explain import item_thumbnails
from core.explain.clip_masker import clip_patch_masker
from core.modalities.video.moving_clothes import load_moving_clothes
from core.perturbation import clip_questions, corruptions
from core.readers import archives, class_folders, image_decoder
from core.readers.clips import clip_archive, film_decoder
from core.readers.clips.clip_frames import DecodedClip, UndecodableClip, fit_clip
from core.schema import Dataset, LoadError, Modality, Sample
from core.storage.bundled_files import uploaded_dataset
from core.wording import count_of

MEMORY_BYTES = 300 * limits.MB
DECODE_SHARE = 0.6


def read(path: Path, name: str, apart: bool = False) -> Dataset:
    """Reads class folders of clips; apart: classes whose names look alike stay as they are written.

    Returns:
        A Dataset with inputs uint8 (n, 16, h, w, 1 or 3), all of one size, and class codes as target.

    Raises:
        LoadError: nothing usable inside, or a limit passed.
    """
    clips = clip_archive.open_clips(archives.open_archive(path))
    folders = class_folders.find_classes(clips.archive, "clip", apart=apart)
    items, decoded, digests = _decode(folders, clips)
    classes = class_folders.assign_classes(folders, items, digests, "clip")
    kept = [decoded[row] for row in classes.rows]
    size = image_decoder.common_size([clip.frames[0].shape for clip in kept], limits.CLIP_SIDE)
    grey = all(image_decoder.is_grey(frame) for clip in kept for frame in clip.frames[::5])
    inputs = np.stack([fit_clip(clip, size, 1 if grey else 3) for clip in kept])
    totals = [clip.total for clip in kept]
    facts = {
        **classes.facts,
        "height": size[0],
        "width": size[1],
        "channels": inputs.shape[4],
        "frames": limits.CLIP_FRAMES_KEPT,
        "shortest": min(totals),
        "longest": max(totals),
    }
    warnings = [*classes.warnings, *_warnings(kept, size, clips)]
    return uploaded_dataset("video", name, inputs, classes, warnings, facts)


def _warnings(kept: Sequence[DecodedClip], size: tuple[int, int], clips: clip_archive.ClipArchive) -> list[str]:
    """Sentences on how clips of different lengths and sizes were made equal, and on folders taken as clips."""
    told = []
    totals = np.array([clip.total for clip in kept])
    wanted = limits.CLIP_FRAMES_KEPT
    if clips.frames:
        told.append(
            "Folders of numbered pictures are read as one clip each; --modality image reads every frame as a picture."
        )
    if (longer := int((totals > wanted).sum())) > 0:
        told.append(
            f"{count_of(longer, 'clip')} of {wanted + 1:,} to {int(totals.max()):,} frames: {wanted} of each are used, "
            "evenly spaced."
        )
    if (shorter := int((totals < wanted).sum())) > 0:
        told.append(f"{count_of(shorter, 'clip')} of fewer than {wanted} frames (least {int(totals.min())}): repeated.")
    if len({clip.frames[0].shape[:2] for clip in kept}) > 1:
        resized = sum(clip.frames[0].shape[:2] != size for clip in kept)
        told.append(f"Clips differ in size; {resized:,} cut in the middle and scaled to {size[1]} x {size[0]}.")
    return told


def _decode(
    folders: class_folders.ClassFolders, clips: clip_archive.ClipArchive
) -> tuple[list[archives.MediaItem], list[DecodedClip], list[bytes]]:
    """Decodes in a shuffled order, so that what a spent clock or full memory leaves out is a fair share of classes."""
    until = time.process_time() + DECODE_SHARE * limits.READER_SECONDS
    found: dict[int, tuple[DecodedClip, bytes]] = {}
    pixels = held = 0
    for place in np.random.default_rng(0).permutation(len(folders.items)):
        item = folders.items[place]
        if time.process_time() > until or held > MEMORY_BYTES:
            full = held > MEMORY_BYTES
            folders.left_out[item.name] = (
                "beyond the memory for clips" if full else "not reached within the reading time"
            )
            continue
        try:
            clip = clips.decode(item.name)
        except (UndecodableClip, ValueError) as error:
            folders.left_out[item.name] = str(error)
            continue
        pixels += clip.pixels
        if pixels > limits.ARCHIVE_PIXELS:
            raise LoadError(
                f"The clips hold more than {limits.ARCHIVE_PIXELS / 1e9:.0f} billion pixels together, the limit.",
                f"after {count_of(len(found), 'clip')}",
                "Upload smaller, shorter or fewer clips.",
            )
        held += sum(frame.nbytes for frame in clip.frames)
        mark = hashlib.sha1(usedforsecurity=False)
        for frame in clip.frames:
            mark.update(repr(frame.shape).encode() + frame.tobytes())
        found[int(place)] = (clip, mark.digest())
    order = sorted(found)
    return [folders.items[i] for i in order], [found[i][0] for i in order], [found[i][1] for i in order]


SAMPLES = (
    Sample(
        "moving_clothes",
        "Moving clothes (semi-synthetic)",
        "540 clips: real photos of shoes and bags, moved by a program; a class is a thing and its motion.",
        load_moving_clothes,
        "class",
        None,
        "MIT",
    ),
)

MODALITY = Modality(
    key="video",
    title="Moving pictures",
    suffixes=(".zip",),
    display="clips",
    about="A zip or a folder with one folder of clips per class (animated GIF, WebP, PNG, AVIF, or a folder of "
    "numbered frames each; MP4 where the film decoder is installed), or with a labels.csv that has the columns file "
    "and label.",
    read=read,
    read_apart=partial(read, apart=True),
    samples=SAMPLES,
    players="patches of the picture during a quarter of the clip",
    ask=clip_questions.clip_question,
    structured=False,
    member_suffixes=film_decoder.SUFFIXES,
    archive_signature=clip_archive.holds_moving_pictures,
    unit_noun="clip",
    quick_rows=600,
    parts="patches of place and time",
    masker=lambda inputs, background: [clip_patch_masker(inputs, background)],
    preview="clip",
    thumbnail=item_thumbnails.clip_thumbnail,
    corrupt=corruptions.CLIP,
    live_form="clip",
    augmentation="shifts, brightness",
    use_case="vision",
)
