"""Texts as the eye sees them: composed letters, no invisible characters, single blanks, one letter for its twins."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Characters that no font shows (Unicode's Default_Ignorable_Code_Point).
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
JOINERS = "\u200c\u200d"
# Joiners change letters of these scripts and join pictographs; tags behind a black flag make another flag.
JOINED_FROM = "\u0590"
LONGEST = 200
FLAG = "\U0001f3f4"
# Compatibility forms that look like what they stand for: wide and narrow letters, ligatures, presentation forms.
SAME_LOOK = ("<wide>", "<narrow>", "<compat>", "<noBreak>", "<initial>", "<medial>", "<final>", "<isolated>")
TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁԛԝ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο" "‐‑‒–−" "‘’ʼ“”",
    "ABESIJKMHOPCTYXaeopcyxijsdqw" "ABEZHIKMNOPTYXo" "-----" "'''\"\"",
)  # fmt: skip


def visible_text(text: str) -> str:
    """A text with composed letters, without invisible characters and with single blanks; itself if nothing is left.

    Args:
        text: of one line.
    """
    if text.isascii():
        return " ".join(text.split()) or text
    shown = unicodedata.normalize("NFC", text)
    if INVISIBLE.search(shown):
        shown = INVISIBLE.sub(lambda found: found[0] if _shows(shown, found.start()) else "", shown)
    return " ".join(shown.split()) or text


def _shows(text: str, place: int) -> bool:
    """Whether an invisible character changes how those beside it look."""
    sign = text[place]
    if sign in JOINERS:
        return text[place - 1 : place] >= JOINED_FROM and text[place + 1 : place + 2] >= JOINED_FROM
    return sign >= "\U000e0000" and FLAG in text


def spelling_key(text: str) -> str:
    """What is equal for two texts that look alike, letter case apart.

    Args:
        text: of one line; one of more than 200 characters is no label and is only composed.

    Reference:
        Unicode Technical Standard 39 (confusable characters), of which the letters that fonts draw alike are taken.
    """
    if len(text) > LONGEST:
        return unicodedata.normalize("NFC", text)
    shown = visible_text(text)
    if shown.isascii():
        return shown
    plain = "".join(_compatible(sign) for sign in shown)
    return " ".join(plain.translate(TWINS).split())


@lru_cache(maxsize=4096)
def _compatible(sign: str) -> str:
    form = unicodedata.decomposition(sign)
    return unicodedata.normalize("NFKC", sign) if form.startswith(SAME_LOOK) else sign
