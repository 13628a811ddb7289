"""Writes data/releases.toml: the day on which each locked package version was published, as the package index tells it.

Run by whoever renews the lock file, with the address of an index that speaks the JSON form of the simple API (PEP 691
and 700): ``python .deploy/releases.py https://INDEX/simple``. Needs the network; nothing else here does.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def published(index: str, name: str, version: str) -> str:
    """The day the first file of a version was uploaded, ISO; empty if the index does not tell."""
    address = f"{index.rstrip('/')}/{name}/"
    with urllib.request.urlopen(urllib.request.Request(address, headers=JSON), timeout=60) as answer:
        files = json.load(answer)["files"]
    # A wheel names its version between the first two dashes, a source archive at its end.
    mine = re.compile(rf"^[^-]+-{re.escape(version)}(-|\.tar\.gz|\.zip)|-{re.escape(version)}\.(tar\.gz|zip)$")
    days = [one["upload-time"][:10] for one in files if mine.search(one["filename"]) and one.get("upload-time")]
    return min(days, default="")


def main(index: str) -> int:
    """Reads the lock file, asks the index, writes the table."""
    lock = (ROOT / ".deploy" / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s+;\\]+)", lock, re.MULTILINE)
    today = datetime.now(UTC).date().isoformat()
    lines = [
        "# The day each locked version was first published, as the package index told it; made by .deploy/releases.py.",
        f'asked = "{today}"',
        "",
        "[days]",
    ]
    for name, version in sorted(pins):
        day = published(index, name, version)
        if day:
            lines.append(f'"{name.lower()}=={version}" = "{day}"')
        else:
            sys.stderr.write(f"the index tells no day for {name} {version}\n")
    (ROOT / "data" / "releases.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
