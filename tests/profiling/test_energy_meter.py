"""Checks the energy formula by hand, and the reading of a processor's counter on a made-up one."""

from __future__ import annotations

import pytest

from core.profiling import energy_meter, prices

FILE = prices.load_prices()


def test_the_formula_by_hand():
    assert energy_meter.estimate_energy(10, 20, 2, FILE) == pytest.approx(1.135 * (35 + 0.392 * 2 * 20))


def test_without_a_counter_it_is_estimated(tmp_path):
    spent = energy_meter.measure_energy(lambda: sum(range(200_000)), 1.0, FILE, root=tmp_path)
    assert spent.how == "estimated"
    assert spent.joules == pytest.approx(energy_meter.estimate_energy(spent.cpu_seconds, spent.wall_seconds, 1.0, FILE))


def test_a_readable_counter_is_measured_and_may_wrap(tmp_path):
    package = tmp_path / "intel-rapl:0"
    core = tmp_path / "intel-rapl:0:0"
    for folder in (package, core):
        folder.mkdir()
        (folder / "energy_uj").write_text("9000000")
    (package / "max_energy_range_uj").write_text("10000000")
    assert energy_meter.find_counters(tmp_path) == (package / "energy_uj",)
    spent = energy_meter.measure_energy(lambda: (package / "energy_uj").write_text("2000000"), 1.0, FILE, root=tmp_path)
    assert (spent.how, spent.joules) == ("measured", pytest.approx(1.135 * 3))


def test_a_gpu_adds_its_draw(tmp_path, monkeypatch):
    monkeypatch.setattr(energy_meter, "gpu_watts", lambda: 100.0)
    without = energy_meter.estimate_energy(0, 0, 1, FILE)
    spent = energy_meter.measure_energy(lambda: None, 1.0, FILE, on_gpu=True, root=tmp_path)
    plain = energy_meter.estimate_energy(spent.cpu_seconds, spent.wall_seconds, 1.0, FILE)
    assert spent.joules - plain == pytest.approx(100 * spent.wall_seconds * 1.135)
    assert without == 0
