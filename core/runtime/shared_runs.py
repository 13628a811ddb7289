"""Results that others may read: a link of their own for a run, made and taken back by its owner alone."""

from __future__ import annotations

import secrets

from core.runtime import jobs
from core.schema import Contest
from core.storage.run_store import RunStore, valid_run_id


def share_run(id: str, owner: str) -> str | None:
    """Lets everybody who has its link read a run's result.

    Returns:
        The link's 128 random bits as hex, the same as before where the run is shared already; None when the run is not
        there or not the owner's. The link says nothing of the run's own id.
    """
    if valid_run_id(id) is None:
        return None
    with RunStore() as store:
        return store.share(id, owner, secrets.token_hex(16))


def unshare_run(id: str, owner: str) -> bool:
    """Takes the link back; whoever has it reads nothing from then on, and a later link is another one."""
    if valid_run_id(id) is None:
        return False
    with RunStore() as store:
        return store.unshare(id, owner)


def link_of_run(id: str, owner: str) -> str | None:
    """The link of a run that its owner shares; None while it is not shared."""
    if valid_run_id(id) is None:
        return None
    with RunStore() as store:
        return store.link_of(id, owner)


def load_shared(link: object) -> Contest | None:
    """The result behind a link; None when there is no such link or its result cannot be read."""
    if not isinstance(link, str) or valid_run_id(link) is None:
        return None
    with RunStore() as store:
        row = store.shared_run(link)
    if row is None:
        return None
    try:
        return jobs.load_result(row["id"], row["owner"])
    except ValueError:
        return None
