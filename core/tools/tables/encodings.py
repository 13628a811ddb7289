"""Turns bytes into text: byte order marks, UTF-16 and UTF-32 without one, UTF-8, and the legacy encodings still met."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.tools.words import some
from core.vocabulary import LoadError

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
TITLES = {
    "cp1252": "Western European (Windows-1252)", "latin-1": "Western European (ISO 8859-1)",
    "cp1251": "Cyrillic (Windows-1251)", "koi8-r": "Cyrillic (KOI8-R)", "cp932": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)", "gb18030": "Chinese (GB18030)", "big5": "Chinese (Big5)", "cp949": "Korean (CP949)",
    "cp1250": "Central European (Windows-1250)", "cp1253": "Greek (Windows-1253)", "cp866": "Cyrillic (CP866)",
}  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f]")
QUIET = ("cp1252", "latin-1")
SAMPLE_BYTES = 200_000


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was in, and sentences on what was done."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Text of a file's bytes.

    Raises:
        LoadError: the bytes are no text in any encoding.
    """
    text, encoding, told = _decode(data)
    text = text.lstrip("\ufeff")
    hits = len(CONTROL.findall(text))
    if hits:
        if hits > 0.05 * len(text) + 50:
            raise LoadError(
                "The file holds control bytes all over: it is not a text table.", how="Save it as CSV in UTF-8."
            )
        text = CONTROL.sub("", text)
        told.append(
            f"{some(hits, 'control byte')} (such as NUL) removed; "
            f"the text was read as {TITLES.get(encoding, encoding.upper())}."
        )
    return Decoded(text, encoding, tuple(told))


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
                return text, encoding, [f"{some(count, 'character')} could not be read as {encoding.upper()}."]
    wide = _wide(data)
    if wide:
        try:
            return data.decode(wide), wide, []
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        return _legacy(data)


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
    encoding = guess(sample)
    if encoding == "cp1252":
        encoding, text = _western(data)
    else:
        text = data.decode(encoding, errors="replace")
    told = [] if encoding in QUIET else [f"The text is not UTF-8; it was read as {TITLES.get(encoding, encoding)}."]
    lost = text.count("\ufffd")
    if lost:
        told.append(f"{some(lost, 'character')} could not be read in this encoding.")
    return text, encoding, told


def _western(data: bytes) -> tuple[str, str]:
    """Windows-1252, unless bytes it leaves undefined, or signs inside words, say Windows-1250 (Polish, Czech, ...)."""
    for encoding in ("cp1252", "cp1250"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = len(re.findall(r"(?<=[^\W\d_])[³¹¿¼¾ø](?=[^\W\d_])", text[:SAMPLE_BYTES]))
        if encoding == "cp1252" and strange > 0.2 * len(re.findall(r"[^\x00-\x7f]", text[:SAMPLE_BYTES])):
            continue
        return encoding, text
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
    said = f"The text mixes encodings: UTF-8, and {some(bad, 'line')} with bytes read as Windows-1252."
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


def guess(sample: bytes) -> str:
    """The likeliest legacy encoding of bytes that are no UTF-8, by what the decoded letters look like."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    scores = {encoding: _plausible(sample, encoding) for encoding in ("gb18030", "cp932", "euc_jp", "cp949", "big5")}
    single = {encoding: _cyrillic(sample, encoding) for encoding in ("cp1251", "koi8-r", "cp866")}
    best = max(scores, key=lambda key: scores[key])
    cyrillic = max(single, key=lambda key: single[key])
    alone = sum(run == 1 for run in runs) / max(1, len(runs))
    if alone > 0.6 and scores["cp932"] < 0.9:
        return "cp1252"
    if single[cyrillic] > 0.8 and single[cyrillic] >= scores[best] - 0.15:
        return cyrillic
    if scores[best] > 0.6:
        return best
    if single[cyrillic] > 0.6:
        return cyrillic
    return "cp1252"


def _plausible(sample: bytes, encoding: str) -> float:
    """Share of decoded characters that are common in the encoding's language; 0 if the bytes do not fit."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            return 0.0
        text = sample[: error.start].decode(encoding, errors="ignore")
    letters = [char for char in text if ord(char) > 127]
    if not letters:
        return 0.0
    kana = sum("\u3040" <= char <= "\u30ff" for char in letters)
    marks = sum(char in "，。、「」（）・ー：；？！％" for char in letters)
    ideographs = [char for char in letters if "\u4e00" <= char <= "\u9fff"]
    if encoding == "cp949":
        everyday = sum("\uac00" <= char <= "\ud7a3" and _first_level(char, encoding) for char in letters)
        frequent = sum(char in "이다는의에가을로고하지한기사리도인은색" for char in letters)
        return (everyday * 0.85 + frequent * 0.5) / len(letters)
    if encoding in ("cp932", "euc_jp"):
        level = sum(_first_level(char, encoding) for char in ideographs)
        half = sum("\uff61" <= char <= "\uff9f" for char in letters)
        return (kana + marks + level * (1.0 if kana else 0.75) - half) / len(letters)
    level = sum(_first_level(char, encoding) for char in ideographs)
    return (level + marks) / len(letters)


def _first_level(char: str, encoding: str) -> bool:
    """Everyday ideographs come first in every national code table."""
    try:
        code = char.encode({"gb18030": "gb2312", "cp932": "shift_jis"}.get(encoding, encoding))
    except UnicodeEncodeError:
        return False
    lead = code[0]
    if encoding == "gb18030":
        return 0xB0 <= lead <= 0xD7
    if encoding == "cp932":
        return 0x88 <= lead <= 0x98
    if encoding == "cp949":
        return len(code) == 2 and 0xB0 <= lead <= 0xC8 and code[1] >= 0xA1
    if encoding == "euc_jp":
        return 0xB0 <= lead <= 0xCF
    return 0xA4 <= lead <= 0xC6


def _cyrillic(sample: bytes, encoding: str) -> float:
    """Share of letters that are Russian ones, with lower case outweighing upper case inside words."""
    text = sample.decode(encoding, errors="replace")
    letters = [char for char in text if ord(char) > 127]
    if not letters:
        return 0.0
    russian = sum("а" <= char.lower() <= "я" or char in "ёЁ№«»–—" for char in letters)
    inside = re.findall(r"(?<=[а-яёА-ЯЁ])[а-яёА-ЯЁ]", text)
    low = sum(char.islower() for char in inside)
    switched = len(re.findall(r"[а-яё][А-ЯЁ]", text))
    if not inside:
        return 0.3 * russian / len(letters)
    order = max(low, len(inside) - low - switched) / len(inside)
    frequent = sum(char in "оеаинтсрвлкОЕАИНТСРВЛК" for char in inside) / len(inside)
    return russian / len(letters) * (0.5 * order + 0.5 * min(1.0, frequent / 0.6)) - 0.5 * switched / len(inside)
