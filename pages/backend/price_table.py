"""Prices and power figures: the dated assumptions, a contest under other prices, and what answers cost."""

from __future__ import annotations

from collections.abc import Mapping

from core.profiling import prices, repricing
from core.profiling.prices import Assumption, Prices
from core.schema import Contest
from pages.backend import derived_cache

__all__ = [
    "Assumption",
    "Prices",
    "break_even_answers",
    "list_assumptions",
    "load_prices",
    "million_answers_cost",
    "million_tokens_cost",
    "reprice_contest",
    "training_cost",
]


def list_assumptions() -> tuple[Assumption, ...]:
    """Every assumed price and power figure with its unit, source and date."""
    return prices.read_assumptions()


def load_prices(edits: Mapping[str, float]) -> Prices:
    """The prices with a visitor's own figures put over the defaults.

    Args:
        edits: assumption key -> figure in the assumption's unit.

    Raises:
        PriceError: for an unknown assumption or a figure that is not positive.
    """
    return prices.load_prices(edits)


def reprice_contest(contest: Contest, edits: Mapping[str, float]) -> Contest:
    """The contest with its costs and estimated energy computed anew under other prices; nothing is measured again.

    Raises:
        PriceError: for an unknown assumption or a figure that is not positive.
    """
    return derived_cache.cached_for(
        contest, ("priced", *sorted(edits.items())), lambda: repricing.reprice_contest(contest, edits)
    )


def training_cost(seconds: float, assumed: Prices, vcpus: float, gpus: float) -> float:
    """US dollars for a fit of ``seconds`` wall seconds."""
    return prices.training_cost(seconds, assumed, vcpus, gpus)


def million_answers_cost(milliseconds: float, assumed: Prices, gpus: float) -> float:
    """US dollars for a million answers of ``milliseconds`` each, given one by one on one vCPU."""
    return prices.million_online_cost(milliseconds, assumed, 1, gpus)


def million_tokens_cost(token_price: float, assumed: Prices) -> float:
    """US dollars for a million rows asked of a rented language model at ``token_price`` US dollars a million tokens."""
    return prices.million_token_cost(token_price, assumed)


def break_even_answers(trained: float, million: float, rented_million: float) -> float | None:
    """After how many answers an own model is cheaper than a rented one; None when it never is.

    Args:
        trained: US dollars of its training.
        million, rented_million: US dollars of a million answers, own and rented.
    """
    return prices.break_even_requests(trained, million, rented_million)
