"""Lengths of time as people write them ("1:23:45", "90 min", "1h 30m", "2 days", "PT1H30M"), read as seconds."""

from __future__ import annotations

import re

SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "m": 60.0, "min": 60.0, "minute": 60.0,
    "h": 3_600.0, "hr": 3_600.0, "hour": 3_600.0, "d": 86_400.0, "day": 86_400.0, "w": 604_800.0, "week": 604_800.0,
    "std": 3_600.0, "stunde": 3_600.0, "stunden": 3_600.0, "minuten": 60.0, "tag": 86_400.0, "tage": 86_400.0,
    "sekunde": 1.0, "sekunden": 1.0, "heure": 3_600.0, "hora": 3_600.0, "ora": 3_600.0, "ore": 3_600.0,
    "jour": 86_400.0,
    "dia": 86_400.0, "día": 86_400.0, "giorno": 86_400.0, "giorni": 86_400.0, "minuti": 60.0, "minuto": 60.0,
    "woche": 604_800.0, "wochen": 604_800.0, "semaine": 604_800.0, "semana": 604_800.0, "monat": 2_629_746.0,
    "monate": 2_629_746.0, "mois": 2_629_746.0, "mes": 2_629_746.0, "meses": 2_629_746.0, "jahr": 31_556_952.0,
    "jahre": 31_556_952.0, "an": 31_556_952.0, "année": 31_556_952.0, "año": 31_556_952.0, "anno": 31_556_952.0,
    "mo": 2_629_746.0, "month": 2_629_746.0, "y": 31_556_952.0, "yr": 31_556_952.0, "year": 31_556_952.0,
}  # fmt: skip
# Where one of these is used, lengths are told in days. A month and a year are taken at their mean length.
LONG_UNITS = frozenset(unit + end for unit, size in SECONDS.items() if size >= SECONDS["w"] for end in ("", "s"))
LONGEST = 60
COLONS = re.compile(
    r"(?P<sign>-?)(?:(?P<days>\d{1,6})\s*d(?:ays?)?,?\s+)?(?P<first>\d{1,6}):(?P<second>[0-5]?\d)"
    r"(?P<part>[.,]\d{1,9})?(?::(?P<third>[0-5]?\d(?:[.,]\d{1,9})?))?"
)
PIECE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?,?\s*(?:(?:and|und|et|y|e)\s+)?")
ONE_PIECE = re.compile(r"-?\d+(?:[.,]\d+)?\s*([^\W\d_]+)\.?")
PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
ISO = re.compile(r"(-?)p(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:[.,]\d+)?)s)?)?")


def parse_duration(word: str) -> float | None:
    """Seconds of one string; three numbers with colons are hours, minutes and seconds, two are minutes and seconds.

    Args:
        word: such as "1:23:45", "4:30", "90 min", "1h 30m", "2 days 03:00:00", "PT1H30M", or plain seconds.

    Returns:
        None where it is no length of time.
    """
    plain = " ".join(word.split()).lower()
    if not plain or len(plain) > LONGEST:
        return None
    if PLAIN.fullmatch(plain):
        return float(plain.replace(",", "."))
    if (found := COLONS.fullmatch(plain)) and not (found["part"] and (found["third"] or found["days"])):
        return _from_colons(found)
    if (found := ISO.fullmatch(plain)) and plain[-1] not in "pt":
        scale = (604_800.0, 86_400.0, 3_600.0, 60.0, 1.0)
        total = sum(
            float((part or "0").replace(",", ".")) * size for part, size in zip(found.groups()[1:], scale, strict=True)
        )
        return -total if found[1] else total
    return _from_units(plain)


def _from_colons(found: re.Match[str]) -> float:
    first, second, third = float(found["first"]), float(found["second"]), found["third"]
    days = float(found["days"] or 0)
    if found["part"]:
        # A fraction is one of seconds: 2:46.6 is two minutes and 46.6 seconds.
        total = first * 60 + second + float(f"0{found['part']}".replace(",", "."))
    elif third is None:
        total = first * 3_600 + second * 60 if found["days"] else first * 60 + second
    else:
        total = first * 3_600 + second * 60 + float(third.replace(",", "."))
    total += days * 86_400
    return -total if found["sign"] else total


def _from_units(plain: str) -> float | None:
    sign, rest = (-1.0, plain[1:].lstrip()) if plain.startswith("-") else (1.0, plain)
    total, end = 0.0, 0
    for piece in PIECE.finditer(rest):
        unit = piece[2] if piece[2] in SECONDS else piece[2].removesuffix("s")
        if piece.start() != end or unit not in SECONDS:
            return None
        total, end = total + float(piece[1].replace(",", ".")) * SECONDS[unit], piece.end()
    return sign * total if end == len(rest) and end else None


def duration_unit(word: str) -> str:
    """The unit of a length of one number ("90 min", "2 days"); empty for others.

    Args:
        word: a length of time.
    """
    found = ONE_PIECE.fullmatch(word.strip().lower())
    unit = found[1] if found else ""
    return unit if unit in SECONDS else unit.removesuffix("s")
