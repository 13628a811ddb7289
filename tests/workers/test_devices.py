"""Devices: a wish that cannot be met is answered by the processor and a note."""

import pytest

from core.workers import devices


def test_the_processor_is_always_there():
    assert devices.select_device("cpu") == ("cpu", "")
    assert devices.select_device("auto")[1] == ""


@pytest.mark.parametrize("wish", ["cuda", "mps"])
def test_a_missing_accelerator_is_noted(wish):
    import torch

    there = torch.cuda.is_available() if wish == "cuda" else torch.backends.mps.is_available()
    device, note = devices.select_device(wish)
    assert (device, note) == (wish, "") if there else (device == "cpu" and "trained on the CPU" in note)


def test_seeds_and_threads_are_set():
    import torch

    devices.configure_torch("cpu", 1, 7)
    first = torch.rand(1)
    devices.configure_torch("cpu", 1, 7)
    assert torch.equal(first, torch.rand(1)) and torch.get_num_threads() == 1
