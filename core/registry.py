"""Finds plug-ins: every file in a plug-in folder declares one thing, and is found here by folder and key.

Further plug-ins may lie outside the package, in folders named by the environment variable ``CROSSOVER_PLUGINS``
(several are separated as in ``PATH``). Such a folder has the sub-folders ``modalities``, ``contestants``,
``measurements``, ``claims`` and ``scenarios``, any of them, with files as in this package. Its files are programs that
run with the rights of this one, in its worker processes too, which inherit the variable; unset, nothing is searched.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from core.schema import Dataset, JsonObject, LoadError, Modality

PLUGIN_KINDS = {
    "modalities": "MODALITY",
    "contestants": "CONTESTANT",
    "measurements": "MEASUREMENT",
    "claims": "CLAIM",
    "scenarios": "SCENARIO",
}


FOLDERS = "CROSSOVER_PLUGINS"


class RegistryError(Exception):
    """A file in a plug-in folder cannot be used: it does not import, declares nothing, or repeats a key."""


@cache
def discover(kind: str) -> MappingProxyType[str, Any]:
    """Every declaration of a plug-in folder, key -> declaration, in the order of the keys.

    A file declares one thing. A package does too when its ``__init__`` holds the declaration (its other files are then
    its own helpers); a package that declares nothing is a group of plug-ins and is searched.

    Raises:
        RegistryError: naming the file, if it cannot be imported, lacks its declaration or repeats a key.
    """
    found: JsonObject = {}
    for name, declared in _declarations(importlib.import_module(f"core.{kind}"), PLUGIN_KINDS[kind]):
        if declared.key in found:
            raise RegistryError(f"{name} repeats the key {declared.key!r}")
        found[declared.key] = declared
    return MappingProxyType(dict(sorted(found.items())))


def folders() -> tuple[Path, ...]:
    """The folders outside this package that are searched for plug-ins."""
    return tuple(Path(name).resolve() for name in os.environ.get(FOLDERS, "").split(os.pathsep) if name)


def add_folder(path: Path | str) -> None:
    """Searches a further folder for plug-ins, in this process and in those that it starts from now on.

    Args:
        path: a folder with sub-folders named as the plug-in folders of this package.

    Raises:
        RegistryError: there is no such folder.
    """
    folder = Path(path).resolve()
    if not folder.is_dir():
        raise RegistryError(f"there is no folder {folder}")
    if folder not in folders():
        os.environ[FOLDERS] = os.pathsep.join([*map(str, folders()), str(folder)])
    discover.cache_clear()


def _declarations(package: ModuleType, attribute: str) -> Iterator[tuple[str, Any]]:
    """(module name, declaration) of every plug-in below a package, groups searched in depth."""
    for entry in _entries(package):
        name = f"{package.__name__}.{entry.name}"
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise RegistryError(f"{name} cannot be imported: {error}") from error
        declared = getattr(module, attribute, None)
        if declared is not None:
            yield name, declared
        elif entry.ispkg:
            yield from _declarations(module, attribute)
        else:
            raise RegistryError(f"{name} declares no {attribute}")


def _entries(package: ModuleType) -> list[pkgutil.ModuleInfo]:
    """The modules of a package and of its namesakes in further folders, by name; its search path then has them all.

    Raises:
        RegistryError: a file in a further folder has the name of another plug-in.
    """
    own = Path(*package.__name__.split(".")[1:])
    there = [root / own for root in (Path(__file__).parent, *folders()) if (root / own).is_dir()]
    package.__path__[:] = [str(place) for place in there]
    found: dict[str, pkgutil.ModuleInfo] = {}
    for place in package.__path__:
        for entry in pkgutil.iter_modules([place]):
            if entry.name in found and not (entry.ispkg and found[entry.name].ispkg):
                raise RegistryError(f"{place}: there is another {package.__name__}.{entry.name}")
            found.setdefault(entry.name, entry)
    return [found[name] for name in sorted(found)]


def find(kind: str, key: str) -> Any:
    """One declaration by key; KeyError names what there is."""
    there = discover(kind)
    if key not in there:
        raise KeyError(f"no {key!r} among {kind}: {', '.join(there)}")
    return there[key]


def modality(key: str) -> Modality:
    """The declaration of a kind of data; a plain one for data that no file holds, such as control."""
    return discover("modalities").get(key) or Modality(key, key.capitalize(), (), "rows", "", _not_read)


def _not_read(path: Path, name: str) -> Dataset:
    raise LoadError("Such data are not read from files.", name)
