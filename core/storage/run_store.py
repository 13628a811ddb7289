"""The one SQLite file that holds runs and their events: the only channel between pages and engine."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from core import limits
from core.schema import Facts, JsonObject
from core.storage.paths import home_folder, release_reserve

ENDED = ("finished", "failed", "cancelled", "interrupted")
VERSION = 2  # of the tables below; version 1 had no shares
_ID = re.compile(limits.RUN_ID_PATTERN)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL,
    spec TEXT NOT NULL, state TEXT NOT NULL, cancel REAL, reason TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL, started REAL, ended REAL, attempt INTEGER NOT NULL DEFAULT 0, pid INTEGER, born REAL);
CREATE INDEX IF NOT EXISTS runs_by_owner ON runs (owner, created);
CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state);
CREATE TABLE IF NOT EXISTS events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, seq))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, served REAL NOT NULL);
CREATE TABLE IF NOT EXISTS shares (run TEXT PRIMARY KEY, link TEXT NOT NULL UNIQUE, created REAL NOT NULL);
PRAGMA user_version = 2;
"""


class JobRejected(Exception):
    """A run is not accepted; the message says why and what to do, in the user's words."""


def valid_run_id(text: object) -> str | None:
    """A run id as it may stand in a URL: the same 32 hex digits, or None for anything else."""
    return text if isinstance(text, str) and _ID.fullmatch(text) else None


def store_path() -> Path:
    """The store's file."""
    return home_folder() / "runs.sqlite3"


class RunStore:
    """One connection to the store; every process and thread opens its own. Use it in a ``with``."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or store_path()
        self._line = sqlite3.connect(self.path, timeout=10.0, isolation_level=None)
        self._line.row_factory = sqlite3.Row
        self._seq: dict[str, int] = {}
        try:
            self._line.execute("PRAGMA synchronous = NORMAL")
            self._create_tables()
        except BaseException:
            self._line.close()
            raise

    def _create_tables(self) -> None:
        """Lays out a new file; several processes may try at once, and turning WAL on does not wait for the others."""
        until = time.monotonic() + 10.0
        while self._line.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            try:
                self._line.execute("PRAGMA journal_mode = WAL")
                self._line.executescript(_SCHEMA)
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def __enter__(self) -> RunStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._line.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction that is on the disk before it returns: what was acknowledged is never lost."""
        self._line.execute("PRAGMA synchronous = FULL")
        self._line.execute("BEGIN IMMEDIATE")
        try:
            yield self._line
        except BaseException:
            self._line.execute("ROLLBACK")
            raise
        else:
            self._line.execute("COMMIT")
        finally:
            self._line.execute("PRAGMA synchronous = NORMAL")

    def add(self, row: Facts) -> None:
        """Queues a run; ``row`` has id, owner, kind, name, title, spec, and for a restored one state, created, ended.

        Raises:
            JobRejected: the owner, or everybody together, has too many runs waiting.
        """
        full = {"state": "queued", "created": time.time(), "started": None, "ended": None, **row}
        with self._transaction() as line:
            if full["state"] == "queued":
                asked = "SELECT COUNT(*) FROM runs WHERE owner = ? AND state = 'queued'"
                if line.execute(asked, (full["owner"],)).fetchone()[0] >= limits.QUEUE_PER_OWNER:
                    raise JobRejected(
                        f"You already have {limits.QUEUE_PER_OWNER} runs waiting, which is the limit. "
                        "Wait for one to finish or cancel one."
                    )
                whole = "SELECT COUNT(*) FROM runs WHERE state = 'queued'"
                if line.execute(whole).fetchone()[0] >= limits.QUEUE_IN_ALL:
                    raise JobRejected(f"{limits.QUEUE_IN_ALL} runs wait on this server already. Try again later.")
            names = ", ".join(full)
            line.execute(f"INSERT INTO runs ({names}) VALUES ({', '.join('?' * len(full))})", tuple(full.values()))

    def get(self, id: str, owner: str | None = None) -> JsonObject | None:
        """A run's row, or None when there is none or it belongs to somebody else. Only the engine asks ownerless."""
        row = self._line.execute("SELECT * FROM runs WHERE id = ?", (id,)).fetchone()
        return dict(row) if row is not None and owner in (None, row["owner"]) else None

    def runs_of(self, owner: str) -> list[JsonObject]:
        """All rows of an owner, newest first."""
        asked = "SELECT * FROM runs WHERE owner = ? ORDER BY created DESC, rowid DESC"
        return [dict(row) for row in self._line.execute(asked, (owner,))]

    def queued_ids(self) -> list[str]:
        """Ids of waiting runs in the order in which they will be served: the least recently served owner first."""
        served = {row["owner"]: row["served"] for row in self._line.execute("SELECT * FROM owners")}
        waiting: dict[str, list[str]] = {}
        first: dict[str, int] = {}
        asked = "SELECT id, owner, rowid FROM runs WHERE state = 'queued' ORDER BY created, rowid"
        for place, row in enumerate(self._line.execute(asked)):
            waiting.setdefault(row["owner"], []).append(row["id"])
            first.setdefault(row["owner"], place)
        order: list[str] = []
        turn = time.time()
        while waiting:
            owner = min(waiting, key=lambda one: (served.get(one, 0.0), first[one]))
            order.append(waiting[owner].pop(0))
            turn += 1.0
            served[owner] = turn
            if not waiting[owner]:
                del waiting[owner]
        return order

    def has_waiting(self) -> bool:
        """True when some run is queued; cheap enough to ask many times a second."""
        return self._line.execute("SELECT 1 FROM runs WHERE state = 'queued' LIMIT 1").fetchone() is not None

    def take_next(self) -> JsonObject | None:
        """Takes the next waiting run and marks it running; None when nobody waits."""
        if not self.has_waiting():
            return None
        with self._transaction() as line:
            order = self.queued_ids()
            if not order:
                return None
            now = time.time()
            line.execute(
                "UPDATE runs SET state = 'running', started = ?, attempt = attempt + 1 WHERE id = ?", (now, order[0])
            )
            line.execute(
                "INSERT OR REPLACE INTO owners SELECT owner, ? FROM runs WHERE id = ?",
                (now, order[0]),
            )
        return self.get(order[0])

    def take_live(self) -> JsonObject | None:
        """Takes a live session whose models were kept, and so need no turn of their own; None when there is none."""
        if not self.has_waiting():
            return None
        asked = (
            "SELECT id FROM runs WHERE state = 'queued' AND kind = 'live' AND json_extract(spec, '$.extra.kept') "
            "ORDER BY created LIMIT 1"
        )
        if self._line.execute(asked).fetchone() is None:
            return None
        with self._transaction() as line:
            row = line.execute(asked).fetchone()
            if row is None:
                return None
            taken = "UPDATE runs SET state = 'running', started = ?, attempt = attempt + 1 WHERE id = ?"
            line.execute(taken, (time.time(), row["id"]))
        return self.get(row["id"])

    def mark_started(self, id: str, pid: int, process_created: float) -> None:
        """Stores which process runs it, and when that process was created."""
        self._line.execute("UPDATE runs SET pid = ?, born = ? WHERE id = ?", (pid, process_created, id))

    def running(self) -> list[JsonObject]:
        """Rows that say they are running."""
        return [dict(row) for row in self._line.execute("SELECT * FROM runs WHERE state = 'running'")]

    def finish(self, id: str, state: str, reason: str = "") -> bool:
        """Ends a running run, on a full disk by giving up the reserve; False when it had ended already, so the first
        word stands."""
        try:
            return self._finish(id, state, reason)
        except sqlite3.OperationalError:
            if not release_reserve():
                raise
            return self._finish(id, state, reason)

    def _finish(self, id: str, state: str, reason: str) -> bool:
        with self._transaction() as line:
            done = line.execute(
                "UPDATE runs SET state = ?, reason = ?, ended = ? WHERE id = ? AND state = 'running'",
                (state, reason, time.time(), id),
            )
        return done.rowcount == 1

    def cancel(self, id: str, owner: str) -> bool:
        """Asks a run to stop; one that still waits is cancelled at once. False when there is nothing to cancel."""
        now = time.time()
        with self._transaction() as line:
            waiting = line.execute(
                "UPDATE runs SET state = 'cancelled', reason = 'cancelled before it started', ended = ?, cancel = ? "
                "WHERE id = ? AND owner = ? AND state = 'queued'",
                (now, now, id, owner),
            )
            live = line.execute(
                "UPDATE runs SET cancel = COALESCE(cancel, ?) WHERE id = ? AND owner = ? AND state = 'running'",
                (now, id, owner),
            )
        return waiting.rowcount + live.rowcount > 0

    def cancel_requested_at(self, id: str) -> float | None:
        """When the run was asked to stop, or None. A run whose row is gone counts as asked to stop."""
        row = self._line.execute("SELECT cancel FROM runs WHERE id = ?", (id,)).fetchone()
        return 0.0 if row is None else row["cancel"]

    def add_event(self, id: str, body: str) -> None:
        """Adds an event (JSON text) to a run; only the run's own process does."""
        if id not in self._seq:
            asked = "SELECT COALESCE(MAX(seq), 0) FROM events WHERE run = ?"
            self._seq[id] = self._line.execute(asked, (id,)).fetchone()[0]
        self._line.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (id, self._seq[id] + 1, time.time(), body))
        self._seq[id] += 1

    def events(self, id: str, after: int = 0, limit: int = 20_000) -> list[JsonObject]:
        """Events of a run with a number above ``after``, oldest first, at most so many."""
        asked = "SELECT seq, at, body FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?"
        rows = self._line.execute(asked, (id, after, limit))
        return [{**json.loads(row["body"]), "seq": row["seq"], "at": row["at"]} for row in rows]

    def delete(self, id: str, owner: str) -> bool:
        """Removes an ended run and its events; False when it is not there, not the owner's, or still going."""
        with self._transaction() as line:
            marks = ", ".join("?" * len(ENDED))
            gone = line.execute(
                f"DELETE FROM runs WHERE id = ? AND owner = ? AND state IN ({marks})", (id, owner, *ENDED)
            )
            if gone.rowcount:
                line.execute("DELETE FROM events WHERE run = ?", (id,))
                line.execute("DELETE FROM shares WHERE run = ?", (id,))
        return gone.rowcount == 1

    def share(self, id: str, owner: str, link: str) -> str | None:
        """Lets others read a run under ``link``; the link it has, which stays, or None when it is not the owner's."""
        with self._transaction() as line:
            if line.execute("SELECT 1 FROM runs WHERE id = ? AND owner = ?", (id, owner)).fetchone() is None:
                return None
            line.execute("INSERT OR IGNORE INTO shares VALUES (?, ?, ?)", (id, link, time.time()))
        return self.link_of(id, owner)

    def unshare(self, id: str, owner: str) -> bool:
        """Takes the link of a run back; False when it has none or is not the owner's."""
        with self._transaction() as line:
            mine = "SELECT id FROM runs WHERE id = ? AND owner = ?"
            return line.execute(f"DELETE FROM shares WHERE run IN ({mine})", (id, owner)).rowcount == 1

    def link_of(self, id: str, owner: str) -> str | None:
        """The link under which others may read an owner's run, or None."""
        asked = "SELECT link FROM shares JOIN runs ON runs.id = shares.run WHERE runs.id = ? AND runs.owner = ?"
        row = self._line.execute(asked, (id, owner)).fetchone()
        return None if row is None else str(row["link"])

    def shared_run(self, link: str) -> JsonObject | None:
        """The run that is shared under a link, or None."""
        asked = "SELECT runs.* FROM runs JOIN shares ON runs.id = shares.run WHERE shares.link = ?"
        row = self._line.execute(asked, (link,)).fetchone()
        return None if row is None else dict(row)

    def ended_runs(self) -> list[tuple[str, float]]:
        """Id and end of every run that is over, the oldest first; for sweeping only."""
        marks = ", ".join("?" * len(ENDED))
        asked = f"SELECT id, COALESCE(ended, created) AS at FROM runs WHERE state IN ({marks}) ORDER BY at"
        return [(row["id"], row["at"]) for row in self._line.execute(asked, ENDED)]

    def run_ids(self) -> set[str]:
        """Every run id there is."""
        return {row["id"] for row in self._line.execute("SELECT id FROM runs")}
