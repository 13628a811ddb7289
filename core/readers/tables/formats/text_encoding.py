"""Turns bytes into text: byte order marks, UTF-16 and UTF-32 without one, UTF-8, and the legacy encodings still met."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.schema import LoadError
from core.wording import count_of

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
TITLES = {
    "cp1252": "Western European (Windows-1252)", "latin-1": "Western European (ISO 8859-1)",
    "iso8859-15": "Western European (ISO 8859-15)", "mac-roman": "Western European (Mac Roman)",
    "cp850": "Western European (DOS, CP850)", "cp1251": "Cyrillic (Windows-1251)", "koi8-r": "Cyrillic (KOI8-R)",
    "koi8-u": "Cyrillic (KOI8-U)", "cp866": "Cyrillic (DOS, CP866)", "iso8859-5": "Cyrillic (ISO 8859-5)",
    "mac-cyrillic": "Cyrillic (Mac)", "cp1253": "Greek (Windows-1253)", "iso8859-7": "Greek (ISO 8859-7)",
    "cp1254": "Turkish (Windows-1254)", "iso8859-9": "Turkish (ISO 8859-9)", "cp1255": "Hebrew (Windows-1255)",
    "iso8859-8": "Hebrew (ISO 8859-8)", "cp1256": "Arabic (Windows-1256)", "iso8859-6": "Arabic (ISO 8859-6)",
    "cp1250": "Central European (Windows-1250)", "iso8859-2": "Central European (ISO 8859-2)",
    "cp852": "Central European (DOS, CP852)", "cp1257": "Baltic (Windows-1257)", "cp874": "Thai (CP874)",
    "cp932": "Japanese (Shift-JIS, CP932)", "euc_jp": "Japanese (EUC-JP)", "iso2022_jp": "Japanese (ISO-2022-JP)",
    "gb18030": "Chinese (GB18030)", "big5": "Chinese (Big5)", "cp949": "Korean (EUC-KR, CP949)",
}  # fmt: skip
CANDIDATES = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-15",
    "koi8-r", "koi8-u", "cp866", "cp850", "cp852", "mac-roman", "mac-cyrillic",
    "cp932", "shift_jis_2004", "euc_jis_2004", "gb18030", "big5hkscs", "cp949", "euc_kr",
)  # fmt: skip
WIDER = {
    "shift_jis": "cp932", "shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "euc_jis_2004": "euc_jp",
    "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5hkscs": "big5", "cp950": "big5",
}  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f]")
QUIET = ("cp1252", "latin-1", "iso8859-15")
SAMPLE_BYTES = 200_000
FEW_BYTES = 4
WESTERN = set("äöüßÄÖÜéèêëàâáãçñíìîïóôúùûåøæœÅØÆÉÈÊÀÂÁÃÇÑÍÎÓÔÕÚ€£§°²³µ½«»“”„‘’‚–—…·¿¡©®™ \u00a0")


@dataclass(frozen=True)
class DecodedText:
    """Text, the encoding it was in, and sentences on what was done."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> DecodedText:
    """Text of a file's bytes.

    Raises:
        LoadError: the bytes are no text in any encoding.
    """
    text, encoding, sentences = _decode(data)
    text = text.lstrip("\ufeff")
    hits = len(CONTROL.findall(text))
    if hits:
        if hits > 0.05 * len(text) + 50:
            raise LoadError(
                "The file holds control bytes all over: it is not a text table.", how="Save it as CSV in UTF-8."
            )
        text = CONTROL.sub("", text)
        sentences.append(
            f"{count_of(hits, 'control byte')} (such as NUL) removed; "
            f"the text was read as {TITLES.get(encoding, encoding.upper())}."
        )
    return DecodedText(text, encoding, tuple(sentences))


def _decode(data: bytes) -> tuple[str, str, list[str]]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            try:
                return rest.decode(encoding), encoding, []
            except UnicodeDecodeError:
                if encoding == "utf-8":
                    break
                text = rest.decode(encoding, errors="replace")
                count = text.count("\ufffd")
                return text, encoding, [f"{count_of(count, 'character')} could not be read as {encoding.upper()}."]
    wide = _wide(data)
    if wide:
        try:
            return data.decode(wide), wide, []
        except UnicodeDecodeError:
            pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)
    return _escaped(data) or (text, "utf-8", [])


def _escaped(data: bytes) -> tuple[str, str, list[str]] | None:
    """ISO-2022-JP looks like ASCII: escapes switch between alphabets."""
    if b"\x1b$" not in data[:SAMPLE_BYTES] or b"\x1b(" not in data[:SAMPLE_BYTES]:
        return None
    try:
        return data.decode("iso2022_jp"), "iso2022_jp", [_warnings("iso2022_jp")]
    except UnicodeDecodeError:
        return None


def _warnings(encoding: str) -> str:
    return f"The text is not UTF-8; its encoding was taken to be {TITLES.get(encoding, encoding)}."


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where its zero bytes lie."""
    head = data[:4_096]
    if len(head) < 8 or head.count(0) < 0.2 * len(head):
        return ""
    share = [head[start::4].count(0) / max(1, len(head[start::4])) for start in range(4)]
    if share[1] > 0.6 and share[2] > 0.9 and share[3] > 0.9 and share[0] < 0.3:
        return "utf-32-le"
    if share[0] > 0.9 and share[1] > 0.9 and share[2] > 0.6 and share[3] < 0.3:
        return "utf-32-be"
    even, odd = (share[0] + share[2]) / 2, (share[1] + share[3]) / 2
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _legacy(data: bytes) -> tuple[str, str, list[str]]:
    lines = [line for line in data[: 50 * SAMPLE_BYTES].split(b"\n") if any(byte > 127 for byte in line[:2_000])]
    if not lines:
        lines = [line for line in data.split(b"\n") if not line.isascii()]
    valid = sum(_is_utf8(line) for line in lines)
    if valid >= 0.4 * len(lines) or (_utf8_letters(data) > 0 and len(lines) - valid <= 2 and valid):
        return _mixed(data)
    sample = b"\n".join(lines)[:SAMPLE_BYTES]
    encoding = guess_encoding(sample)
    if encoding == "cp1252":
        encoding, text = _western(data)
    else:
        text = data.decode(encoding, errors="replace")
    sentences = [] if encoding in QUIET and _western_letters(sample) else [_warnings(encoding)]
    lost = text.count("\ufffd")
    if lost:
        sentences.append(f"{count_of(lost, 'character')} could not be read in this encoding.")
    return text, encoding, sentences


def _western(data: bytes) -> tuple[str, str]:
    """Windows-1252 unless it leaves some of the bytes undefined."""
    try:
        return "cp1252", data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1", data.decode("latin-1")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf8_letters(data: bytes) -> int:
    return len(re.findall(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", data[: 10 * SAMPLE_BYTES]))


def _mixed(data: bytes) -> tuple[str, str, list[str]]:
    """UTF-8 with foreign bytes: those are read as Windows-1252, one by one."""
    pieces, bad = [], 0
    for line in data.split(b"\n"):
        try:
            pieces.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            bad += 1
            pieces.append(_patch(line))
    said = f"The text mixes encodings: UTF-8, and {count_of(bad, 'line')} with bytes read as Windows-1252."
    return "\n".join(pieces), "utf-8", [said]


def _patch(line: bytes) -> str:
    out, rest = [], line
    while rest:
        try:
            out.append(rest.decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            out.append(rest[: error.start].decode("utf-8"))
            out.append(rest[error.start : error.start + 1].decode("cp1252", errors="replace"))
            rest = rest[error.start + 1 :]
    return "".join(out)


def guess_encoding(sample: bytes) -> str:
    """The likeliest legacy encoding of bytes that are no UTF-8: three rules of our own, then chardet's models.

    Measured on generated tables in 22 languages and 50 pairs of language and encoding (``tests/hostile/tongues.py``):
    charset-normalizer 3.5 found 101 of 150, chardet 7.7 alone 140,
    with these rules 144, and every one with eight words or more.
    """
    if _western_letters(sample):
        return "cp1252"
    if _half_width(sample):
        return "cp932"
    japanese = _japanese(sample)
    name = _modelled(sample, CANDIDATES)
    if name == "cp1257" and len(set(re.findall(rb"[\x80-\xff]", sample))) <= FEW_BYTES:
        name = _modelled(sample, [encoding for encoding in CANDIDATES if encoding != "cp1257"])
    if name in ("cp1252", "latin-1", "cp1257"):
        return next((other for other in ("mac-roman", "cp850") if _western_letters(sample, other)), name)
    if japanese and name in ("gb18030", "big5", "cp949", "cp866", "cp850", "mac-roman", "mac-cyrillic"):
        return japanese
    return name if name in TITLES else "cp1252"


def _modelled(sample: bytes, among: Sequence[str]) -> str:
    import chardet

    detected = chardet.detect(sample, compat_names=False, include_encodings=among, max_bytes=SAMPLE_BYTES)
    return _codec(detected["encoding"] or "cp1252")


def _codec(name: str) -> str:
    """Our name of a codec: the key of ``TITLES`` that Python's alias leads to, supersets before subsets."""
    plain = codecs.lookup(name).name
    plain = WIDER.get(plain, plain)
    return next((key for key in TITLES if codecs.lookup(key).name == plain), plain)


def _western_letters(sample: bytes, encoding: str = "cp1252") -> bool:
    """Single foreign letters inside plain words, all of them everyday ones of Western Europe in this encoding."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    if not runs or sum(run == 1 for run in runs) <= 0.6 * len(runs):
        return False
    text = re.sub(r"õ(?=e)", "ã", sample.decode(encoding, errors="replace"))
    letters = re.findall(r"[^\x00-\x7f]", text)
    odd = len(re.findall(r"(?<=[A-Za-z])[“”‘„‚‡†•…–—€°»«§](?=[A-Za-z])|(?<=[a-z])[À-Þ](?=[a-z])", text))
    return sum(letter in WESTERN for letter in letters) - odd >= 0.97 * len(letters)


def _half_width(sample: bytes) -> bool:
    """Half-width katakana lie in one row of bytes, where most other alphabets have no letters side by side."""
    high = re.findall(rb"[\x80-\xff]", sample)
    row = re.findall(rb"[\xa1-\xdf]", sample)
    early = re.findall(rb"[\xb1-\xbf]", sample)
    alone = re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", sample)
    inside = len(row) == len(high) and len(alone) < 0.1 * len(high)
    return len(high) >= 4 and inside and len(early) >= 0.2 * len(high)


def _japanese(sample: bytes) -> str:
    """EUC-JP or Shift-JIS, if the text decodes and kana are among its letters; else nothing."""
    for encoding in ("euc_jp", "cp932"):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 4:
                continue
            text = sample[: error.start].decode(encoding, errors="ignore")
        letters = [char for char in text if ord(char) > 127]
        kana = sum("\u3041" <= char <= "\u30fe" for char in letters)
        half = sum("\uff61" <= char <= "\uff9f" for char in letters)
        if letters and kana >= 0.15 * len(letters) and half <= 0.05 * len(letters):
            return encoding
    return ""
