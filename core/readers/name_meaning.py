"""What the words of a column's name suggest; the values have the last word, and callers ask them."""

from __future__ import annotations

import re
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set.

    Args:
        text: words with blanks between them.
    """
    return frozenset(text.split())


# A name with one of these words measures something: a number under it counts or weighs, it names and dates nothing.
QUANTITY_WORDS = word_set(
    "num n count counts cnt freq frequency sum total avg average mean median min max std var per since until "
    "till duration length len size age ages salary wage wages income earnings pay paid bid price prices cost "
    "costs fee fare tax amount amt qty quantity rate ratio share pct percent percentage score points rating "
    "tenure elapsed spent worked times distance weight height width depth temperature temp balance limit "
    "revenue sales turnover profit population area density volume capacity hours minutes seconds days weeks "
    "months years hrs mins secs yrs gdp value budget debt credit loan deposit premium payment mileage km "
    "miles speed power expenses expenditure worth growth lag delay gap wait remaining left ago old speed "
    "change delta diff difference"
)
# Words that join a noun to a quantity: hours PER week, years AT company, time IN hospital.
JOINING_WORDS = word_set("per at in since until till of for with by to from between before after spent")
ID_WORDS = word_set("id ids uid uuid guid pk rowid rownum rowno idx")
ROW_WORDS = ID_WORDS | word_set("nr nbr no serial key")
# Things that are told apart by numbers of many digits.
NUMBERED_THINGS = word_set(
    "account accounts acct konto iban customer client patient subject person user member phone telephone mobile tel "
    "fax isbn ean upc gtin barcode sku asin ssn tin vin imei invoice order ticket booking policy passport card "
    "transaction registration licence license plate reference ref article product item parcel"
)
# Behind one of these an index or a number counts rows; behind another noun ("price index") it measures.
ROW_NOUNS = word_set("row rows record case sample obs observation line item entry df dataframe sequence seq")
CLOCK_WORDS = word_set(
    "date datetime time timestamp stamp year yr month week day period quarter epoch when hour minute ts "
    "created updated jahr monat datum année annee mois fecha weekday dow"
)
# From whom or what an item comes; a number behind one of these names a group.
OWNERS = word_set(
    "speaker spk spkr patient pat pt subject subj sub person pers participant part user client customer kit "
    "session ses sess actor singer author writer animal mouse rat child kid family house home site clinic "
    "hospital device machine sensor camera cam mic unit plot field batch lot slide case donor sample specimen "
    "tree s p u id"
)
CASE = re.compile(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])")
LETTERS_AND_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)")


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: "PAY_AMT1" -> ("pay", "amt", "1"), "CustomerID" -> ("customer", "id").

    Args:
        name: of a column; snake case, camel case, blanks and signs separate words.
    """
    parted = CASE.sub(lambda hit: f"{hit[1] or hit[3]} {hit[2] or hit[4]}", str(name))
    parted = LETTERS_AND_DIGITS.sub(" ", parted)
    return tuple(re.sub(r"[^\w]+|_+", " ", parted.casefold()).split())


def names_quantity(name: str) -> bool:
    """Whether a name says that something is counted or measured: hours_per_week, years_at_company, month_salary.

    Args:
        name: of a column.
    """
    words = name_words(name)
    if len(words) > 1 and words[-1] in ROW_WORDS:
        return False
    if len(words) > 2 and words[0] in ("no", "number", "nr") and words[1] == "of":
        return True
    return any(word in QUANTITY_WORDS for word in words) or _measured_index(words)


def _measured_index(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and words[-1] == "index" and not ROW_NOUNS & set(words)


def names_row(name: str) -> bool:
    """Whether a name says that its values number or name the rows: id, CustomerID, order_no, row index.

    Args:
        name: of a column.
    """
    words = name_words(name)
    if not words or (words[-1] not in ROW_WORDS and names_quantity(name)) or words[-2:-1] in (("of",), ("per",)):
        return False
    if words[0] == "unnamed" or words in (("index",), ("number",), ("code",), ("record",)):
        return True
    if words[-1] in ("index", "number", "code"):
        return words[-1] != "index" or bool(ROW_NOUNS & set(words))
    return words[-1] in ROW_WORDS or words[0] in ("id", "rownum", "rowid")


def names_id(name: str) -> bool:
    """Whether a name says so with a word that nothing measured has: id, CustomerID, uuid; not "no", "key" or "code".

    Args:
        name: of a column.
    """
    words = name_words(name)
    return names_row(name) and bool(ID_WORDS & {words[0], words[-1]} or ROW_NOUNS & set(words))


def names_numbered_thing(name: str) -> bool:
    """Whether a name ends in a thing that has a number of its own: account, phone, order.

    Args:
        name: of a column.
    """
    return bool(NUMBERED_THINGS & set(name_words(name)[-1:]))


def names_clock(name: str) -> bool:
    """Whether a name says that its values are moments; hours_per_week and time_in_hospital say how long.

    Args:
        name: of a column.
    """
    words = name_words(name)
    if not CLOCK_WORDS & set(words) or names_quantity(name):
        return False
    at = next(place for place, word in enumerate(words) if word in CLOCK_WORDS)
    following = words[at + 1 :]
    return not (len(following) > 1 and following[0] in JOINING_WORDS - {"of"})
