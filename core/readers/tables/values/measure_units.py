"""Units behind numbers, by what they measure, with what one of each is in the first unit of its family."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = r"[+\-−]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:[ ,']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
MONEY = "$€£₹¥"
FEWEST_COUNTED, FEWEST_ALIKE = 100, 10
DECIMAL_COMMA = r"(^|[^\d.,])\d*,\d{1,2}([^\d.,]|$)"


@dataclass(frozen=True)
class UnitFamily:
    """Units that can be turned into each other.

    says: the unit that the numbers get. sizes: one of each unit in it. shifts: what is added afterwards.
    bare: whether a number without a unit is one of ``says``. cased: whether the case of letters matters.
    """

    says: str
    sizes: dict[str, float]
    shifts: dict[str, float]
    bare: bool = False
    cased: bool = True

    def find(self, unit: str) -> str | None:
        """The unit as this family writes it; None for one of another family.

        Args:
            unit: as it stands behind the number.
        """
        if not unit or unit in self.sizes:
            return unit
        plain = unit.lower().replace(" ", "")
        for one in self.sizes:
            if plain == one.lower() and len(one) > 1 and (not self.cased or len(one) > 2):
                return one
        return self.find(plain[:-1]) if len(plain) > 3 and plain.endswith("s") else None

    def convert(self, value: float, unit: str) -> float:
        """A number in the unit of the family.

        Args:
            value: as written. unit: as ``find`` gives it; "" for none.
        """
        return value * self.sizes.get(unit, 1.0) + self.shifts.get(unit, 0.0)


def _scaled(base: str, size: float = 1.0) -> dict[str, float]:
    prefixes = {"µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
    return {prefix + base: size * scale for prefix, scale in prefixes.items()}


MAGNITUDES = UnitFamily(
    "",
    {
        "k": 1e3, "K": 1e3, "thousand": 1e3, "M": 1e6, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "mln": 1e6,
        "million": 1e6, "B": 1e9, "b": 1e9, "bn": 1e9, "mrd": 1e9, "G": 1e9, "billion": 1e9, "T": 1e12,
        "trillion": 1e12, "lakh": 1e5, "crore": 1e7,
    }, {}, bare=True,
)  # fmt: skip
BYTES = {"B": 1.0, "byte": 1.0, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
BYTES |= {"KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40}
MASSES = {"g": 1.0, "gram": 1.0, "gr": 1.0, "mg": 1e-3, "µg": 1e-6, "μg": 1e-6, "mcg": 1e-6, "kg": 1e3, "kilo": 1e3}
MASSES |= {"kilogram": 1e3, "t": 1e6, "ton": 1e6, "tonne": 1e6, "lb": 453.59237, "lbs": 453.59237, "oz": 28.349523125}
MASSES |= {"st": 6350.29318, "stone": 6350.29318, "pound": 453.59237, "ounce": 28.349523125}
LENGTHS = {"m": 1.0, "meter": 1.0, "metre": 1.0, "nm": 1e-9, "µm": 1e-6, "um": 1e-6, "mm": 1e-3, "cm": 1e-2, "dm": 0.1}
LENGTHS |= {"km": 1e3, "in": 0.0254, "inch": 0.0254, "ft": 0.3048, "feet": 0.3048, "yd": 0.9144, "mi": 1609.344}
LENGTHS |= {"mile": 1609.344}
VOLUMES = {"l": 1.0, "L": 1.0, "liter": 1.0, "litre": 1.0, "ml": 1e-3, "mL": 1e-3, "cl": 1e-2, "dl": 0.1, "hl": 100.0}
# Without their sign the letters are seats and codes ("12C", "14F").
DEGREES, SHIFTS = {"°C": 1.0, "°F": 5 / 9}, {"°F": -160 / 9}
POWERS = {**_scaled("W"), "hp": 745.69987158227022, "bhp": 745.69987158227022, "PS": 735.49875}
PRESSURES = {**_scaled("Pa"), "hPa": 100.0, "bar": 1e5, "mbar": 100.0, "psi": 6894.757293168, "atm": 101_325.0}
PRESSURES |= {"mmHg": 133.322387415, "torr": 101_325 / 760}
SPEEDS = {"m/s": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mph": 0.44704, "kn": 1.852 / 3.6}
SPEEDS |= {"knot": 1.852 / 3.6, "kt": 1.852 / 3.6, "ft/s": 0.3048}
AREAS = {"m²": 1.0, "sqm": 1.0, "qm": 1.0, "cm²": 1e-4, "km²": 1e6, "ha": 1e4, "hectare": 1e4, "acre": 4046.8564224}
AREAS |= {"ac": 4046.8564224, "sqft": 0.09290304, "ft²": 0.09290304}
ENERGIES = {"J": 1.0, "kJ": 1e3, "MJ": 1e6, "cal": 4.184, "kcal": 4184.0}
FAMILIES: tuple[UnitFamily, ...] = (
    MAGNITUDES,
    UnitFamily("bytes", BYTES, {}, cased=False),
    UnitFamily("grams", MASSES, {}, cased=False),
    UnitFamily("metres", LENGTHS, {}, cased=False),
    UnitFamily("litres", VOLUMES, {}, cased=False),
    UnitFamily("degrees Celsius", DEGREES, SHIFTS),
    UnitFamily("watts", POWERS, {}),
    UnitFamily("watt hours", _scaled("Wh"), {}),
    UnitFamily("hertz", _scaled("Hz"), {}, cased=False),
    UnitFamily("volts", _scaled("V"), {}),
    UnitFamily("amperes", _scaled("A"), {}),
    UnitFamily("pascals", PRESSURES, {}),
    UnitFamily("metres a second", SPEEDS, {}, cased=False),
    UnitFamily("square metres", AREAS, {}, cased=False),
    UnitFamily("joules", ENERGIES, {}),
)


def has_commas(words: pa.StringArray) -> bool:
    """Whether a column writes decimal commas: one before one or two digits, and no point that could be one.

    Args:
        words: pyarrow string array of distinct strings.
    """
    import pyarrow.compute as pc

    return bool(pc.any(pc.match_substring_regex(words, DECIMAL_COMMA)).as_py()) and not bool(
        pc.any(pc.match_substring_regex(words, r"\d\.\d{1,2}([^\d]|$)")).as_py()
    )


def to_number(text: str, comma: bool) -> float:
    """The number of a text that ``NUMBER`` matches.

    Args:
        text: digits with marks. comma: whether a comma is the decimal mark.
    """
    plain = re.sub(r"[ ']", "", text).replace("−", "-")
    if re.search(r"\.\d{3},", plain):
        return float(plain.replace(".", "").replace(",", "."))
    single = comma and plain.count(",") == 1
    if single or re.fullmatch(r"[+-]?\d*,(?:\d{1,2}|\d{4,})", plain):
        return float(plain.replace(".", "").replace(",", "."))
    return float(plain.replace(",", ""))


def are_sizes(words: Sequence[str], units: Sequence[str], numbers: Sequence[float]) -> bool:
    """Whether 53.5M and 999k are sizes and no codes: some have decimals, and no bare number lost its letter.

    Args:
        words: of one column. units: the letter behind each, "" for none. numbers: what each says, without its sign.
    """
    if len({re.sub(f"[^{MONEY}]", "", word) for word in words}) > 1:
        return False
    lettered = [number for number, unit in zip(numbers, units, strict=True) if unit]
    bare = [number for number, unit in zip(numbers, units, strict=True) if not unit]
    if not any(re.search(rf"\d[.,]\d|[{MONEY}]", word) for word, unit in zip(words, units, strict=True) if unit):
        # "4k" and "2000" are sizes of one kind where both reach over the same range.
        if min(len(bare), len(lettered)) < FEWEST_ALIKE or min(bare) < 1_000:
            return False
        return min(lettered) < sorted(bare)[len(bare) // 2] < 2 * max(lettered)
    # Whoever writes 5.4k for thousands writes 589 below: such numbers are whole and reach up to a thousand.
    counted = all(one == round(one) for one in bare) and max(bare, default=0) >= FEWEST_COUNTED
    return not any(0 < one < 1_000 for one in bare) or counted
