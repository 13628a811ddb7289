"""Population verdicts: who has a voice, which way they fall, and what the summary that pages read must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import registry
from core.atlas import atlas_summary, claim_report, entry_store, hierarchical_t, populations
from core.atlas.effects import EFFECTS
from core.atlas.entries import AtlasEntry, EntryError
from core.atlas.layer_population import judge_layer
from core.atlas.populations import PopulationVerdict, judge_populations
from core.schema import LoadError
from tests.atlas.made_entries import entry, record

CONFIRMED = [f"s{number}" for number in range(60) if entry(f"s{number}", (1.0, 2.0), (1.0, 2.0)).half == "confirmation"]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter chain: the tests look at large effects."""
    monkeypatch.setattr(hierarchical_t, "KEPT", 40)
    monkeypatch.setattr(hierarchical_t, "BURN_IN", 40)


def made(leads: Sequence[float], modality: str = "table", share: int = 1) -> list[AtlasEntry]:
    """Entries of the confirmation half on which the deep side leads by so many points, with a little noise."""
    rng = np.random.default_rng(1)
    found = []
    for key, lead in zip(CONFIRMED, leads, strict=False):
        base = 40 + rng.normal(0, 2, 5)
        found.append(entry(key, base + lead + rng.normal(0, 0.3, 5), base, modality, share))
    return found


def verdict(entries: Sequence[AtlasEntry], claim: str) -> PopulationVerdict:
    return next(one for one in judge_populations(entries) if one.claim == claim)


def test_the_side_that_leads_everywhere_is_better_on_the_next_set() -> None:
    lead = [6.0, 5.0, 7.0, 6.5, 5.5, 6.0, 4.5, 7.5]
    found = verdict(made(lead, "image"), "modality_support")
    assert found.outcome == "supported" and found.next_better is not None and found.next_better > 0.9
    assert len(found.datasets) == 8 and found.exceptions == ()
    assert [one.gap for one in found.datasets] == sorted((one.gap for one in found.datasets), reverse=True)
    against = verdict(made([-one for one in lead], "image"), "modality_support")
    assert against.outcome == "contradicted" and len(against.exceptions) == 8


def test_a_default_need_not_win_and_exceptions_have_names() -> None:
    level = made([0.1, -0.2, 0.0, 0.2, -0.1, 0.1, 0.0, 4.0])
    found = verdict(level, "classical_for_tables")
    assert found.outcome == "supported" and found.exceptions == (level[-1].title,)
    assert verdict(made([6.0] * 8), "classical_for_tables").outcome == "contradicted"


def test_only_data_of_the_claims_kind_and_half_are_counted() -> None:
    tables, pictures = made([3.0] * 6), made([3.0] * 6, "image")
    assert len(verdict(tables, "deep_for_unstructured").datasets) == 0
    assert verdict(tables, "deep_for_unstructured").outcome == "not measured"
    assert len(verdict(pictures, "deep_for_unstructured").datasets) == 6
    development = [replace(one, half="development") for one in pictures]
    assert verdict(development, "deep_for_unstructured").outcome == "not measured"
    assert len(verdict(made([3.0] * 3, "image"), "deep_for_unstructured").datasets) == 3


def test_smaller_sizes_speak_on_the_row_about_few_rows_only() -> None:
    whole, eighth = made([-2.0] * 6), made([-5.0] * 6, share=8)
    few = verdict([*whole, *eighth], "data_requirements")
    assert len(few.datasets) == 6 and few.mean is not None and few.mean > 4
    assert len(verdict([*whole, *eighth], "classical_for_tables").datasets) == 6
    assert [(size.rows, round(size.gap)) for size in few.datasets[0].sizes] == [(125, 5), (1000, 2)]
    assert all(not one.sizes for one in verdict(whole, "classical_for_tables").datasets), "sizes say nothing there"


def with_net_stopped(one: AtlasEntry) -> AtlasEntry:
    return replace(one, contestants=(replace(one.contestants[0], stopped=1), one.contestants[1]))


def test_who_has_no_voice_is_named() -> None:
    idle, *rest = made([-5.0, 1.0, 1.0, 1.0, 1.0], "image")
    found = verdict([replace(idle, beats_chance=False), *rest], "modality_support")
    assert len(found.datasets) == 4 and found.left_out == {idle.title: "nobody beat guessing"}


def test_a_side_that_the_budget_stopped_has_not_lost() -> None:
    lost, won = made([-5.0, -6.0, -4.0, -5.0, -5.5], "image"), made([5.0, 6.0, 4.0, 5.0, 5.5], "image")
    assert verdict(lost, "modality_support").outcome == "contradicted"
    found = verdict([with_net_stopped(one) for one in lost], "modality_support")
    assert found.outcome == "undecided" and "had not converged" in found.because
    assert all(one.stopped == ("deep",) for one in found.datasets)
    assert verdict([with_net_stopped(one) for one in won], "modality_support").outcome == "supported"
    assert verdict([with_net_stopped(one) for one in lost], "training_time").outcome == "supported"


def test_times_are_compared_as_factors() -> None:
    found = verdict(made([0.0] * 6), "training_time")
    assert found.outcome == "supported" and found.mean == pytest.approx(1.0, abs=0.05)
    assert re.search(
        r"deep takes (10|9\.9\d*|10\.\d+) times the declared work of training that classical", found.because
    )


def test_costs_of_answers_and_complete_explanations_have_a_voice() -> None:
    def read(one: AtlasEntry, left: float) -> AtlasEntry:
        told = [
            replace(side, readings={"million_cost": (0.03 * k, 0.031 * k), "explain_seconds": (0.02 * k, 0.021 * k),
                                    "completeness": (left,)})
            for k, side in zip((4.0, 1.0), one.contestants, strict=True)
        ]  # fmt: skip
        return replace(one, contestants=tuple(told))

    found = verdict([read(one, 1e-5) for one in made([0.0] * 6)], "deploy_cost")
    assert found.outcome == "supported" and "times the cost of a million answers that classical takes" in found.because
    assert found.mean == pytest.approx(np.log10(4), abs=0.01) and (found.next_better or 0) > 0.99
    assert verdict([read(one, 1e-5) for one in made([0.0] * 6)], "interpretability").outcome == "supported"
    open_rest = verdict([read(one, 0.2) for one in made([0.0] * 6)], "interpretability")
    assert open_rest.outcome == "not measured" and len(open_rest.left_out or {}) == 6


def test_every_effect_belongs_to_a_claim_and_favours_what_it_favours() -> None:
    claims = registry.discover("claims")
    assert len({one.claim for one in EFFECTS}) == len(EFFECTS)
    for one in EFFECTS:
        assert claims[one.claim].favours == one.favours


def test_a_summary_is_of_its_entries_and_of_no_others(tmp_path: Path) -> None:
    folder, path = tmp_path / "entries", tmp_path / "populations.json"
    for one in made([3.0] * 5, "image"):
        entry_store.write_entry(one, folder)
    written = atlas_summary.write_summary(folder, path)
    assert written.entries == 5 and written.modalities == {"image": 5} and written.confirmation == 5
    assert atlas_summary.read_summary(folder, path) == written
    assert set(atlas_summary.stale_entries(written)) == set(written.played_by)
    entry_store.write_entry(entry("late", (1.0, 2.0), (1.0, 2.0)), folder)
    with pytest.raises(EntryError, match="other entries"):
        atlas_summary.read_summary(folder, path)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": 1}'])
def test_a_damaged_summary_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "populations.json"
    path.write_text(text)
    with pytest.raises(EntryError, match=r"populations\.json"):
        atlas_summary.read_summary(tmp_path, path)
    with pytest.raises(EntryError, match="cannot be used"):
        atlas_summary.read_summary(tmp_path, tmp_path / "nothing.json")


def test_the_report_names_every_claim_with_and_without_an_atlas() -> None:
    summary = atlas_summary.summarize({one.name: one for one in made([6.0] * 5, "image")}, "d")
    told = json.loads(json.dumps(claim_report.report_claims(summary, [])))
    assert {one["key"] for one in told["claims"]} == set(registry.discover("claims"))
    support = next(one for one in told["claims"] if one["key"] == "modality_support")
    assert support["shipped"]["outcome"] == "supported" and support["own"] is None
    assert told["atlas"]["datasets"] == 5 and len(told["atlas"]["stale"]) == 5
    assert any("shipped: supported" in line for line in claim_report.report_lines(told))
    bare = claim_report.report_claims(None, [])
    assert bare["atlas"] is None and all(one["shipped"] is None for one in bare["claims"])


def test_a_history_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(LoadError, match="not an export of Crossover"):
        claim_report.read_history(path)


def test_what_ships_is_sound_small_and_summarised() -> None:
    stored = entry_store.read_entries()
    assert stored.damaged == {}
    summary = atlas_summary.read_summary()
    assert summary.entries == len(stored.entries)
    folder = entry_store.ENTRIES.parent
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= entry_store.MOST_BYTES
    assert populations.LEVEL == 0.95
    for one in stored.entries.values():
        again = entry(one.source, (1.0, 2.0), (1.0, 2.0))
        assert one.half == again.half, "the half follows from the key"


def test_a_fold_that_is_missing_on_one_side_leaves_no_pair() -> None:
    whole = entry("s1", (1.0, 2.0, 3.0), (1.0, 2.0, 3.0))
    cut = replace(whole, contestants=(record("net", "deep", (1.0, 2.0)), whole.contestants[1]))
    assert next(one for one in EFFECTS if one.claim == "classical_for_tables").differences(cut) is None


def test_the_layer_is_judged_against_both_defaults() -> None:
    mixed = [
        replace(one, facts=replace(one.facts, modality="image" if place % 2 else "table"))
        for place, one in enumerate(made([-6.0, 6.0] * 14))
    ]
    found = judge_layer(mixed)
    assert found.outcome == "supported" and "28 shipped data sets" in found.because and found.latest
    assert "always classical 3." in found.because and "always deep 3." in found.because
    same = judge_layer(made([6.0, 5.0] * 14))
    assert same.outcome == "undecided", "where one side always leads nothing is saved on it"
    assert judge_layer(mixed[:19]).outcome == "not measured"
    assert judge_layer([replace(one, half="development") for one in mixed]).outcome == "not measured"
    assert found.claim in registry.discover("claims")
