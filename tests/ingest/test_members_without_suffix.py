"""Archives whose members have no suffix, or a number or hash for one, are read by their content."""

from __future__ import annotations

import pytest

from core import ingest
from core.readers.archives import suffix_of_member
from core.schema import LoadError
from tests.readers.archive_files import class_counts, pack, picture, sentence, sounds

MAIL = "From: a@b.org\nSubject: {}\nDate: Mon, 5 May 2003\n\n{}\n"


@pytest.mark.parametrize(
    "form",
    [
        "news/{c}/{n}",
        "{c}/{n:05d}.{h}",
        "{c}/message.{n:04d}",
        "train/{c}/{n}",
        "{c}/msg{n}.eml",
        "set/{c}/Article {n}",
    ],
)
def test_mails_in_class_folders_are_texts(tmp_path, form):
    names = [
        form.format(c=("ham", "spam")[n % 2], n=n + 10_000, h=f"{n * 2654435761 % 2**32:08x}f1") for n in range(24)
    ]
    made = {name: MAIL.format(n, sentence(n)) for n, name in enumerate(names)}
    assert ingest.detect_modality(pack(tmp_path / "a.zip", made)) == "text"
    data = ingest.read(tmp_path / "a.zip")
    assert class_counts(data) == {"ham": 12, "spam": 12} and data.facts["items_bad"] == 0
    assert sentence(0) in data.inputs[0]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_they_are_read_in_any_encoding(tmp_path, encoding):
    made = {f"{'ab'[n % 2]}/{n}": f"Grüße aus Köln, {sentence(n)}".encode(encoding) for n in range(24)}
    data = ingest.read(pack(tmp_path / "a.zip", made))
    assert data.modality == "text" and data.inputs[0].startswith("Grüße aus Köln")


def test_pictures_and_sounds_are_known_by_content(tmp_path):
    made = {f"{'ab'[n % 2]}/{n}": picture(n) for n in range(24)}
    data = ingest.read(pack(tmp_path / "a.zip", made))
    assert data.modality == "image" and class_counts(data) == {"a": 12, "b": 12}
    made = {
        name.removesuffix(".wav"): tone for name, tone in sounds(f"{'ab'[n % 2]}/{n}.wav" for n in range(24)).items()
    }
    assert ingest.read(pack(tmp_path / "b.zip", made)).modality == "sound"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"%PDF-1.7 " + bytes([n]),
        lambda n: b"\x7fELF" + bytes([n]) * 40,
        lambda n: b"\x80\x04\x95" + bytes([n]) * 40,
        lambda n: bytes(range(n, n + 200)),
        lambda n: b'{"a": %d}' % n,
        lambda n: picture(n) if n % 2 else sentence(n),
    ],
)
def test_other_content_is_refused(tmp_path, make):
    made = {f"{'ab'[n // 2 % 2]}/{n}": make(n) for n in range(24)}
    with pytest.raises(LoadError, match="no pictures, sounds or texts"):
        ingest.read(pack(tmp_path / "a.zip", made))


def test_texts_beside_pictures_describe_them(tmp_path):
    made = {f"{c}/{n}.png": picture(n + 50 * k) for k, c in enumerate("ab") for n in range(12)}
    made |= {f"labels/{c}_{n}.txt": sentence(n) for c in "ab" for n in range(14)}
    assert ingest.detect_modality(pack(tmp_path / "a.zip", made)) == "image"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a/1", ""), ("a/1.2f6d", ""), ("a/x.00042", ""), ("a.b/c.TXT", ".txt"), ("x.mp3", ".mp3"), ("x.jpeg", ".jpeg"),
     ("x.7z", ".7z"), ("x.h5", ".h5"), ("x.feed", ".feed"), ("x.1", "")],
)  # fmt: skip
def test_what_is_a_suffix(name, suffix):
    assert suffix_of_member(name) == suffix
