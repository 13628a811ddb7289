"""Closed-form checks of the money arithmetic and of the dated assumptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.profiling import prices

FILE = prices.load_prices()


def test_defaults_are_dated_and_sourced():
    found = {entry.key: entry for entry in prices.read_assumptions()}
    assert found["vcpu_hour"].value == 0.041
    assert found["gpu_hour"].value == 1.006
    assert all(entry.source and entry.date and entry.unit for entry in found.values())


def test_training_is_seconds_times_the_hour():
    assert prices.training_cost(3600, FILE) == pytest.approx(0.041)
    assert prices.training_cost(3600, FILE, vcpus=2, gpus=1) == pytest.approx(2 * 0.041 + 1.006)


def test_a_million_answers_of_a_millisecond():
    assert prices.million_online_cost(1.0, FILE) == pytest.approx(1000 * 0.041 / 3600 / 0.3)
    assert prices.million_batch_cost(1.0, 1000, FILE) == pytest.approx(1.0 * 0.041 / 3600)
    with pytest.raises(prices.PriceError):
        prices.million_batch_cost(1.0, 0, FILE)


def test_the_documents_token_prices_per_million_rows():
    bill = prices.token_costs(FILE)
    assert bill == {"token_low": pytest.approx(20), "token_high": pytest.approx(500), "token_2023": pytest.approx(6000)}
    assert 1 - FILE.token_high / FILE.token_2023 == pytest.approx(0.917, abs=5e-4)


def test_break_even_volume():
    assert prices.break_even_requests(10.0, 1.0, 21.0) == pytest.approx(500_000)
    assert prices.break_even_requests(10.0, 21.0, 21.0) is None


def test_edits_go_over_the_file_and_nonsense_is_refused():
    assert prices.load_prices({"vcpu_hour": 1}) == replace(FILE, vcpu_hour=1.0)
    for edits in ({"nothing": 1}, {"vcpu_hour": -1}, {"utilisation": 0}, {"pue": float("nan")}):
        with pytest.raises(prices.PriceError):
            prices.load_prices(edits)


def test_a_missing_file_and_a_missing_entry_are_named(tmp_path):
    with pytest.raises(prices.PriceError, match="cannot be read"):
        prices.load_prices(path=tmp_path / "prices.toml")
    path = tmp_path / "short.toml"
    path.write_text('[pue]\ntitle="a"\nvalue=1\nunit="b"\nsource="c"\ndate="d"\n')
    with pytest.raises(prices.PriceError, match="lacks"):
        prices.load_prices(path=path)
