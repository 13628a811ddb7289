"""A bundle as a file: a zip whose manifest names every member with its SHA-256, read under the rules for uploads."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.readers import archives
from core.schema import JsonObject, LoadError
from core.storage import paths
from core.wording import printable

MANIFEST = "manifest.json"
FORMAT = "crossover bundle"
VERSION = 1
# Members that every bundle has.
NEEDED = ("card.json", "schema.json", "uncertainty.json", "model.npz", "predict.py")
# A date for every member, so that the same bundle is the same file.
STAMP = (2020, 1, 1, 0, 0, 0)
GIVE_BUNDLE = "Give the zip that was made by “Use this model”, copied in full."
MAKE_AGAIN = "Make the bundle again, or copy it again in full."


@dataclass(frozen=True)
class BundleFile:
    """The members of a bundle whose hashes were checked. ``digest``: SHA-256 over the names and hashes of all."""

    name: str
    members: Mapping[str, bytes]
    digest: str
    manifest: JsonObject = field(default_factory=dict)

    def json(self, member: str) -> JsonObject:
        """A member as JSON.

        Args:
            member: its name.

        Returns:
            Its values.

        Raises:
            LoadError: it is no JSON object.
        """
        try:
            told = json.loads(self.members[member])
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise LoadError(f"The bundle's {member} cannot be read.", printable(self.name), MAKE_AGAIN)
        return told


def write_bundle(members: Mapping[str, bytes], path: Path) -> str:
    """Writes a bundle, whole or not at all.

    Args:
        members: name -> bytes, without the manifest. path: of the new file.

    Returns:
        Its digest.
    """
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(members.items())}
    manifest = {"format": FORMAT, "version": VERSION, "digest": _digest(hashes), "members": hashes}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = {MANIFEST: json.dumps(manifest, indent=1).encode(), **dict(sorted(members.items()))}
        for name, data in whole.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr = 0o644 << 16
            # An npz is packed already; packing it twice would only cost time at every start.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".npz") else zipfile.ZIP_DEFLATED
            packed.writestr(entry, data)
    paths.write_atomically(path, buffer.getvalue(), durable=False, mode=0o666)
    return str(manifest["digest"])


def _digest(hashes: Mapping[str, str]) -> str:
    lines = "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_bundle(path: Path | str) -> BundleFile:
    """The members of a bundle, each compared with its hash.

    Args:
        path: of the file.

    Returns:
        The ``BundleFile``.

    Raises:
        LoadError: it is no bundle, of a later version, damaged or changed; says which member.
    """
    path = Path(path)
    name = printable(path.name)
    if not path.is_file():
        raise LoadError("There is no such bundle.", name, "Give the zip that was made by “Use this model”.")
    try:
        archive = archives.open_archive(path)
    except LoadError as error:
        # What to do with a zip of pictures is no advice on a bundle.
        raise LoadError(f"This is no bundle of a model. {error.what}", name, GIVE_BUNDLE) from error
    if MANIFEST not in archive.members:
        raise LoadError("This zip is no bundle of a model: it has no manifest.", name, GIVE_BUNDLE)
    manifest = _manifest(archive.read(MANIFEST), name)
    hashes: dict[str, str] = manifest["members"]
    strange = sorted(set(archive.names) - set(hashes) - {MANIFEST})
    if strange or archive.left_out or archive.repeated:
        first = printable((strange or list(archive.left_out) or list(archive.repeated))[0])
        raise LoadError(f"The bundle was changed: “{first}” was added after it was made.", name, MAKE_AGAIN)
    members: dict[str, bytes] = {}
    for member, expected in hashes.items():
        if member not in archive.members:
            raise LoadError(f"The bundle is not whole: “{printable(member)}” is missing.", name, MAKE_AGAIN)
        members[member] = archive.read(member)
        if hashlib.sha256(members[member]).hexdigest() != expected:
            raise LoadError(
                f"The bundle was changed: “{printable(member)}” is not what it was when the bundle was made.",
                name,
                MAKE_AGAIN,
            )
    missing = [member for member in NEEDED if member not in members]
    if missing:
        raise LoadError(f"The bundle is not whole: “{missing[0]}” is missing.", name, MAKE_AGAIN)
    return BundleFile(path.name, members, str(manifest["digest"]), manifest)


def _manifest(data: bytes, name: str) -> JsonObject:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    members = told.get("members") if isinstance(told, dict) else None
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(members, dict):
        raise LoadError("This zip is no bundle of a model: its manifest is of another make.", name)
    if told.get("version") != VERSION:
        raise LoadError(
            f"The bundle is of version {printable(told.get('version'), 20)}; this Crossover reads version {VERSION}.",
            name,
            "Use the version of Crossover that made it, or the predict.py inside.",
        )
    if not all(isinstance(value, str) for value in members.values()) or _digest(members) != told.get("digest"):
        raise LoadError("The bundle's manifest was changed.", name, MAKE_AGAIN)
    return told
