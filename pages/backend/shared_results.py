"""Results that their owners share: the link of a run, and what stands behind a link."""

from __future__ import annotations

from core.runtime import shared_runs
from core.schema import Contest


def share(run: str, owner: str) -> str | None:
    """Lets others read a run; its link, or None when this browser does not own such a run."""
    return shared_runs.share_run(run, owner)


def unshare(run: str, owner: str) -> None:
    """Takes the link of a run back."""
    shared_runs.unshare_run(run, owner)


def link_of(run: str, owner: str) -> str | None:
    """The link of a run, or None while it is not shared."""
    return shared_runs.link_of_run(run, owner)


def load(link: str) -> Contest | None:
    """The result behind a link, or None."""
    return shared_runs.load_shared(link)
