"""Zips of sounds, good and hostile: hostile headers, odd codings, silence, length."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from core import limits
from core.features import audio_features
from core.modalities import sound
from core.readers import audio_decoder


def wav(
    seed: int = 0, rate: int = 16_000, seconds: float = 0.3, channels: int = 1, subtype: str = "PCM_16", form="WAV"
):
    import soundfile

    draw = np.random.default_rng(seed)
    when = np.arange(int(rate * seconds)) / rate
    tone = 0.5 * np.sin(2 * np.pi * (300 + 40 * seed) * when) + 0.05 * draw.normal(size=len(when))
    held = io.BytesIO()
    soundfile.write(held, np.repeat(tone[:, None], channels, axis=1), rate, format=form, subtype=subtype)
    return held.getvalue()


def packed(tmp_path, extra: dict[str, bytes]):
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w") as out:
        for i in range(24):
            out.writestr(f"{'ab'[i % 2]}/{i}.wav", wav(i))
        for name, data in extra.items():
            out.writestr(name, data)
    return path


def header(rate: int = 16_000, channels: int = 1, size: int = 100, code: int = 1) -> bytes:
    fmt = struct.pack("<HHIIHH", code, channels, rate, rate * 2 & 0xFFFFFFFF, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"data"
        + struct.pack("<I", size)
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (header(), "samples"),
        (header(rate=0) + b"\1\2" * 400, "0 Hz"),
        (header(rate=1) + b"\1\2" * 400, "1 Hz"),
        (header(rate=4_000_000_000) + b"\1\2" * 400, "Hz"),
        (header(channels=0) + b"\1\2" * 400, "0 channels"),
        (header(channels=30_000) + b"\1\2" * 400, "30,000 channels"),
        (b"ID3" + b"\0" * 100, "MP3"),
        (b"", "empty"),
        (b"RIFF\xff\xff\xff\xffWAVE", "format"),
        (b"just words", "text"),
    ],
)
def test_hostile_headers_are_left_out_with_the_reason(tmp_path, data, why):
    read = sound.read(packed(tmp_path, {"a/odd.wav": data}), "s.zip")
    assert len(read) == 24 and read.facts["items_bad"] == 1 and why in read.facts["left_out"][0]


def test_a_header_that_claims_four_gigabytes_gives_what_is_there(tmp_path):
    data = wav(77)
    lying = data[:40] + struct.pack("<I", 0xFFFFFFF0) + data[44:]
    read = sound.read(packed(tmp_path, {"a/lying.wav": lying}), "s.zip")
    assert len(read) + read.facts["items_bad"] == 25 and np.isfinite(read.inputs).all()


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_U8", "ULAW", "FLOAT", "DOUBLE"])
def test_codings_agree_with_the_plain_one(subtype):
    plain, other = audio_decoder.decode(wav(3)), audio_decoder.decode(wav(3, subtype=subtype))
    assert len(plain) == len(other) and np.corrcoef(plain, other)[0, 1] > 0.99


@pytest.mark.parametrize(("form", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS")])
def test_flac_and_ogg_are_read(form, subtype):
    found = audio_decoder.decode(wav(3, form=form, subtype=subtype))
    assert abs(len(found) - 4_800) <= 1 and np.isfinite(found).all()


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_rates_and_channels_become_mono_16_khz(rate):
    found = audio_decoder.decode(wav(3, rate=rate, channels=2))
    assert abs(len(found) - 4_800) <= 2
    loudest = np.fft.rfftfreq(len(found), 1 / 16_000)[np.abs(np.fft.rfft(found)).argmax()]
    assert abs(loudest - 420) < 10


def test_silence_and_nan_are_left_out_and_length_is_bounded(tmp_path):
    import soundfile

    silent, odd, held = io.BytesIO(), io.BytesIO(), io.BytesIO()
    soundfile.write(silent, np.zeros(4_000), 16_000, format="WAV")
    soundfile.write(odd, np.full(4_000, np.nan, dtype=np.float32), 16_000, format="WAV", subtype="FLOAT")
    long = np.random.default_rng(0).normal(size=8_000 * (limits.SOUND_SECONDS + 60)) * 0.1
    soundfile.write(held, long, 8_000, format="WAV", subtype="PCM_U8")
    extra = {"a/silent.wav": silent.getvalue(), "a/nan.wav": odd.getvalue(), "b/long.wav": held.getvalue()}
    read = sound.read(packed(tmp_path, extra), "s.zip")
    assert read.facts["items_bad"] == 2 and len(read) == 25
    assert read.inputs.shape[1] <= sound.LONGEST_SECONDS * 16_000 and any("loudest" in text for text in read.warnings)


def test_features_are_finite_and_tell_tones_apart():
    rows = np.stack([audio_features.fit_length(audio_decoder.decode(wav(seed)), 4_800) for seed in range(4)])
    found = audio_features.sound_features(rows)
    assert (
        np.isfinite(found).all() and np.isfinite(audio_features.sound_features(np.zeros((2, 4_800), np.float32))).all()
    )
    assert len(np.unique(found.round(3), axis=0)) == 4


def test_drums_come_with_kits_as_groups():
    made = sound.SAMPLES[0].load()
    assert len(made) == 461 and len(np.unique(made.groups)) == 19 and made.facts["rate"] == 16_000
