"""Seconds into money: the assumptions of ``data/prices.toml``, and what training and answering cost under them."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.schema import Facts

PATH = Path(__file__).resolve().parents[2] / "data" / "prices.toml"
MILLION = 1_000_000


class PriceError(ValueError):
    """An assumption is missing, unknown or not a positive number."""


@dataclass(frozen=True)
class Assumption:
    """One price or power figure that was looked up rather than measured."""

    key: str
    title: str
    value: float
    unit: str
    source: str
    date: str


@dataclass(frozen=True)
class Prices:
    """The figures by name. USD: vcpu_hour, gpu_hour, token_* (per million tokens). Shares and ratios: utilisation, pue.
    Watts: cpu_watts per busy vCPU, memory_watts per GB."""

    vcpu_hour: float
    gpu_hour: float
    utilisation: float
    token_low: float
    token_high: float
    token_2023: float
    tokens_per_row: float
    pue: float
    cpu_watts: float
    memory_watts: float


@cache
def read_assumptions(path: Path = PATH) -> tuple[Assumption, ...]:
    """Every assumption with its unit, source and date, for the method page and the editor.

    Raises:
        PriceError: when the file cannot be read or an entry is incomplete.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(Assumption(key=key, **entry) for key, entry in raw.items())
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise PriceError(f"{path.name} cannot be read: {error}") from error


def load_prices(edits: Facts | None = None, path: Path = PATH) -> Prices:
    """The prices, with the user's edits put over them.

    Args:
        edits: assumption key -> number; None leaves all as they are.

    Raises:
        PriceError: for an unknown key or a figure that is not a positive, finite number.
    """
    values = {entry.key: float(entry.value) for entry in read_assumptions(path)}
    for key, value in (edits or {}).items():
        if key not in values:
            raise PriceError(f"there is no price {key!r}; there are {', '.join(values)}")
        values[key] = float(value)
    for key, number in values.items():
        if not math.isfinite(number) or number <= 0:
            raise PriceError(f"{key} must be a positive number, not {number}")
    try:
        return Prices(**values)
    except TypeError as error:
        raise PriceError(f"{path.name} lacks an assumption or holds an unknown one: {error}") from error


def hourly_cost(prices: Prices, vcpus: float = 1.0, gpus: float = 0.0) -> float:
    """USD for an hour of this many vCPUs and GPUs."""
    return prices.vcpu_hour * vcpus + prices.gpu_hour * gpus


def training_cost(seconds: float, prices: Prices, vcpus: float = 1.0, gpus: float = 0.0) -> float:
    """USD for a fit of this many wall seconds: ``s * ($/vCPU-h * vcpus + $/GPU-h * gpus) / 3600``."""
    return seconds * hourly_cost(prices, vcpus, gpus) / 3600.0


def million_online_cost(milliseconds: float, prices: Prices, vcpus: float = 1.0, gpus: float = 0.0) -> float:
    """USD for a million answers given one by one: ``1e6 * latency * $/h / 3600 / utilisation``."""
    return MILLION * milliseconds / 1e3 * hourly_cost(prices, vcpus, gpus) / 3600.0 / prices.utilisation


def million_batch_cost(milliseconds: float, rows: int, prices: Prices, vcpus: float = 1.0, gpus: float = 0.0) -> float:
    """USD for a million answers in batches of ``rows`` taking ``milliseconds`` each; a batch job never idles.

    Raises:
        PriceError: for a batch without rows.
    """
    if rows < 1:
        raise PriceError("a batch needs at least one row")
    return MILLION / rows * milliseconds / 1e3 * hourly_cost(prices, vcpus, gpus) / 3600.0


def million_token_cost(token_price: float, prices: Prices) -> float:
    """USD for a million rows asked of a rented language model at ``token_price`` USD per million tokens."""
    return token_price * prices.tokens_per_row


def token_costs(prices: Prices) -> dict[str, float]:
    """The document's three token prices as USD per million rows, keyed by assumption."""
    keys = ("token_low", "token_high", "token_2023")
    return {key: million_token_cost(getattr(prices, key), prices) for key in keys}


def break_even_requests(training_usd: float, own_million: float, rented_million: float) -> float | None:
    """After how many answers one's own model (training paid once) is cheaper than the rented one.

    Returns:
        A number of answers, or None when each own answer costs as much as a rented one or more: never.
    """
    saved = (rented_million - own_million) / MILLION
    return training_usd / saved if saved > 0 else None
