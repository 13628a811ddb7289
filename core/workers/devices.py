"""Where a fit runs: picks the processor that is really there, and sets threads and seeds before the first step."""

from __future__ import annotations

import os


def select_device(requested: str = "auto") -> tuple[str, str]:
    """The device to train on, and in words why it is not the wanted one.

    Args:
        requested: "auto", "cpu", "cuda" (or "cuda:1"), "mps".

    Returns:
        (device, note); the note is empty when the wish was met.
    """
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if requested == "auto":
        return ("cuda" if cuda else "mps" if mps else "cpu"), ""
    if requested.startswith("cuda") and not cuda:
        return "cpu", "no CUDA device is usable here, trained on the CPU"
    if requested.startswith("mps") and not mps:
        return "cpu", "no Metal device is usable here, trained on the CPU"
    return requested, ""


def configure_torch(requested: str, threads: int, seed: int) -> tuple[str, str]:
    """Set torch's threads and seed for one fit, then select a device.

    Thread counts belong in the environment of the process (OpenMP reads them at import); this covers the rest.
    """
    import torch

    if torch.get_num_threads() != threads:
        torch.set_num_threads(max(1, min(threads, os.cpu_count() or 1)))
    torch.manual_seed(seed)
    return select_device(requested)


def fallback_note(device: str, error: BaseException) -> str:
    """A sentence that says why the processor took over from an accelerator.

    Args:
        device: that failed. error: what it raised.

    Returns:
        The sentence.
    """
    words = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return f"training on {device} failed, done on the CPU: {words}"


def supports_bfloat16(device: str) -> bool:
    """Whether bfloat16 pays on this device: on CUDA from Ampere on, where it is native and needs no loss scaling.

    Args:
        device: "cpu", "cuda", "cuda:1" or "mps".

    Returns:
        True or False.
    """
    import torch

    if not device.startswith("cuda") or not torch.cuda.is_available():
        return False
    return torch.cuda.get_device_capability(torch.device(device))[0] >= 8
