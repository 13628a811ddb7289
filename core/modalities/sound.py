"""Sounds: a zip or folder with one folder of recordings per class, or with a table of file names and labels inside."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from core import limits
from core.explain import item_thumbnails
from core.features import audio_features
from core.models import input_views
from core.perturbation import corruptions, live_questions
from core.readers import archives, audio_decoder, class_folders
from core.schema import Dataset, Modality, Sample
from core.storage.bundled_files import sample_path, uploaded_dataset
from core.wording import count_of

LONGEST_SECONDS = 4.0
MEMORY_BYTES = 300 * limits.MB
DECODE_SHARE = 0.6


def read(path: Path, name: str, apart: bool = False) -> Dataset:
    """Reads class folders of sounds; apart: classes whose names look alike stay as they are written.

    Returns:
        A Dataset with inputs float32 (n, t), mono at ``facts["rate"]``, all of one length, and class codes as target.

    Raises:
        LoadError: nothing usable inside, or a limit passed.
    """
    folders = class_folders.find_classes(path, "sound", apart=apart)
    items, decoded, digests = _decode(folders)
    classes = class_folders.assign_classes(folders, items, digests, "sound")
    kept = [decoded[row] for row in classes.rows]
    lengths = np.array([len(samples) for samples in kept])
    most = min(LONGEST_SECONDS * audio_decoder.RATE, MEMORY_BYTES / 4 / len(kept))
    length = int(max(0.1 * audio_decoder.RATE, min(np.quantile(lengths, 0.95), most)))
    inputs = np.stack([audio_features.fit_length(samples, length) for samples in kept]).astype(np.float32)
    warnings = list(classes.warnings)
    longer = int((lengths > length).sum())
    if longer:
        warnings.append(f"{count_of(longer, 'sound')} cut to the loudest {length / audio_decoder.RATE:.2f} s.")
    facts = {
        **classes.facts,
        "rate": audio_decoder.RATE,
        "seconds": round(length / audio_decoder.RATE, 3),
        "longest_seconds": round(float(lengths.max()) / audio_decoder.RATE, 3),
        "cut": longer,
        "padded": int((lengths < length).sum()),
    }
    return uploaded_dataset("sound", name, inputs, classes, warnings, facts)


def _decode(folders: class_folders.ClassFolders) -> tuple[list[archives.MediaItem], list[np.ndarray], list[bytes]]:
    """Decodes in a shuffled order, so that what a spent clock leaves out is a fair share of every class."""
    until = time.process_time() + DECODE_SHARE * limits.READER_SECONDS
    longest = int(LONGEST_SECONDS * audio_decoder.RATE)
    found: dict[int, tuple[np.ndarray, bytes]] = {}
    for place in np.random.default_rng(0).permutation(len(folders.items)):
        item = folders.items[place]
        if time.process_time() > until:
            folders.left_out[item.name] = "not reached within the reading time"
            continue
        try:
            samples = audio_decoder.decode(folders.read(item))
        except (audio_decoder.UndecodableAudio, ValueError) as error:
            folders.left_out[item.name] = str(error)
            continue
        mark = hashlib.sha1(samples.tobytes(), usedforsecurity=False).digest()
        # One sample more than the longest kept is enough to know that it was cut.
        short = audio_features.fit_length(samples, longest + 1) if len(samples) > longest else samples
        found[int(place)] = (short, mark)
    order = sorted(found)
    return [folders.items[i] for i in order], [found[i][0] for i in order], [found[i][1] for i in order]


def _drums() -> Dataset:
    dataset = read(sample_path("copyleft/drums.zip"), "drums.zip")
    return replace(dataset, name="Drum hits", source="461 hits of 19 drum kits from Debian packages; kits are groups")


SAMPLES = (
    Sample(
        "drums",
        "Drum hits",
        "461 hits of seven instruments from 19 kits; whole kits are held back for testing.",
        _drums,
        "class",
        None,
        "GPL-2.0, CC-BY-SA-3.0, CC-BY-3.0, CC0-1.0, per file",
        groups="kit",
    ),
)

MODALITY = Modality(
    key="sound",
    title="Sounds",
    suffixes=(".zip",),
    display="sounds",
    about="A zip or a folder with one folder of recordings per class (WAV, FLAC, OGG), "
    "or with a labels.csv that has the columns file, label and, if you like, group.",
    read=read,
    read_apart=partial(read, apart=True),
    samples=SAMPLES,
    players="patches of time and pitch",
    ask=live_questions.sound_question,
    structured=False,
    live_form="sound",
    member_suffixes=(".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".m4a"),
    unit_noun="sound",
    quick_rows=800,
    parts="patches of time and pitch",
    preview="audio",
    thumbnail=item_thumbnails.sound_thumbnail,
    corrupt=corruptions.WAVE,
    views=input_views.sound_views,
    augmentation="shifts, loudness, masked stretches",
)
