"""Functions and classes of Crossover by name: a bundle names them and never carries them.

What a name leads to is looked up in the modules that are installed here, and only in folders that compute: nothing
there opens a connection or starts a program.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import types
from typing import Any, TypeAlias

from core.schema import JsonObject
from core.states import library_classes

# A part of a model: a layer, a table of words, a function. Their kinds have no type in common.
Part: TypeAlias = Any

# Folders and files whose functions and classes a model may be made of.
OWN_CODE = (
    "core.models.",
    "core.features.",
    "core.contestants.",
    "core.encoders.",
    "core.language_models.label_prompt",
    "core.explain.",
    "core.schema.",
    "core.evaluation.tasks",
    "core.evaluation.metrics",
    "core.deployment.onnx_",
    "core.workers.answer_work",
    "core.workers.learner_work",
    "core.readers.tables.values.",
    "core.bundles.encodings",
    "core.forecasting.",
    "core.panels.",
)
# Modules that closures of network builders hold. Functions of theirs are never named: ``numpy.load`` is one of them.
LIBRARY_MODULES = {
    "torch", "torch.nn", "torch.nn.functional", "numpy", "xgboost", "scipy.sparse", "scipy.special", "math",
}  # fmt: skip
PLAIN_CLASSES = {
    "builtins.int", "builtins.float", "builtins.str", "builtins.bool", "builtins.tuple", "builtins.list",
    "builtins.dict", "builtins.object", "collections.OrderedDict", "collections.Counter", "numpy.float32",
    "numpy.float64", "numpy.int64", "numpy.int32",
}  # fmt: skip
LOCALS = ".<locals>."
SECTION = "<locals>"


class CodeReferenceError(ValueError):
    """A function or class that may not be named in a bundle, or that is another one in this version."""


def own_module(name: str) -> bool:
    """Whether code of this module may be named in a bundle.

    Args:
        name: dotted name of a module.

    Returns:
        True for Crossover's own folders of models and features.
    """
    return any(name.startswith(start) for start in OWN_CODE)


def load_module(name: str) -> types.ModuleType:
    """A module that code references may lead to.

    Args:
        name: dotted name.

    Returns:
        The imported module.

    Raises:
        CodeReferenceError: it is not among those allowed, or not there.
    """
    if not (own_module(name) or name in LIBRARY_MODULES or library_classes.holds_module(name)):
        raise CodeReferenceError(f"it names the module {name!r}, which no model is made of")
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise CodeReferenceError(f"it needs the package {name.split('.')[0]!r}, which is not installed") from error


def find_module(name: str) -> types.ModuleType:
    """A module that a part of a model may hold as a value.

    Args:
        name: dotted name.

    Returns:
        The imported module.

    Raises:
        CodeReferenceError: it is not one that models hold, or not there.
    """
    if not (own_module(name) or name in LIBRARY_MODULES):
        raise CodeReferenceError(f"the module {name!r} is no part of a model")
    return load_module(name)


def class_reference(kind: type) -> str:
    """The name of a class that stands at the top of a module.

    Args:
        kind: the class.

    Returns:
        "module:Name".

    Raises:
        CodeReferenceError: the class is not of a kind that a bundle may name.
    """
    name = f"{kind.__module__}:{kind.__qualname__}"
    check_class(name)
    return name


def check_class(reference: str) -> None:
    """Refuses classes that no model is made of.

    Args:
        reference: "module:Name".

    Raises:
        CodeReferenceError: in words.
    """
    module, _, name = reference.partition(":")
    if not (own_module(module) or library_classes.holds_class(reference) or f"{module}.{name}" in PLAIN_CLASSES):
        raise CodeReferenceError(f"it names the class {reference!r}, which no model is made of")


def find_class(reference: str) -> type:
    """The class of a name.

    Args:
        reference: as ``class_reference`` gives it.

    Returns:
        The class.

    Raises:
        CodeReferenceError: not allowed, or not there.
    """
    check_class(reference)
    module, _, name = reference.partition(":")
    if f"{module}.{name}" in PLAIN_CLASSES:
        found: Part = getattr(importlib.import_module(module), name)
    else:
        found = look_up(module, name)
    if not isinstance(found, type):
        raise CodeReferenceError(f"there is no class {reference!r} in this version of Crossover")
    return found


def look_up(module: str, name: str) -> Part:
    """What a module defines under a name; what it merely imports is no part of it, whatever the name leads through.

    Args:
        module: dotted name. name: at its top, or in a class there.

    Returns:
        The class or function, without what makes it a property, a static method or a class method.

    Raises:
        CodeReferenceError: not allowed, not there, or from somewhere else.
    """
    found: Part = load_module(module)
    for part in name.split("."):
        if found is None or (isinstance(found, types.ModuleType) and found.__name__ != module):
            break
        found = vars(found).get(part) if isinstance(found, type) else getattr(found, part, None)
        found = found.__func__ if isinstance(found, staticmethod | classmethod) else found
        found = found.fget if isinstance(found, property) else found
        found = found.func if isinstance(found, functools.cached_property) else found
    if (getattr(found, "__module__", None), getattr(found, "__qualname__", None)) != (module, name):
        raise CodeReferenceError(f"there is no {module}:{name} in this version of Crossover")
    return found


def function_reference(function: Part) -> JsonObject | None:
    """The name of a function that stands at the top of a module or in a class.

    Args:
        function: a function, or a cached one.

    Returns:
        {"module", "name", "signature"}, None for one made inside another function.
    """
    module, name = str(getattr(function, "__module__", "")), str(getattr(function, "__qualname__", ""))
    if SECTION in name or "<lambda>" in name:
        return None
    return {"module": module, "name": name, "signature": signature(code_of(function))} if own_module(module) else None


def find_function(module: str, name: str, expected: str) -> Part:
    """The function of a name.

    Args:
        module, name, expected: as ``function_reference`` gives them.

    Returns:
        The function.

    Raises:
        CodeReferenceError: not allowed, not there, or another function in this version.
    """
    if not own_module(module):
        raise CodeReferenceError(f"it names a function of {module!r}, which no model is made of")
    found = look_up(module, name)
    if not callable(found):
        raise CodeReferenceError(f"there is no function {module}:{name} in this version of Crossover")
    check_signature(code_of(found), expected, f"{module}:{name}")
    return found


def find_method(holder: Part, name: str) -> Part:
    """A method of a model's part, bound to it.

    Args:
        holder: an object or a class of Crossover's. name: of the method.

    Returns:
        The bound method.

    Raises:
        CodeReferenceError: it is not one that Crossover defines; attributes and methods of libraries are not.
    """
    found = None if isinstance(holder, types.ModuleType) else getattr(holder, name, None)
    if not isinstance(found, types.MethodType) or not own_module(str(found.__func__.__module__)):
        raise CodeReferenceError(f"it names {name!r}, which is no method of a model's part")
    return found


def code_of(function: Part) -> types.CodeType | None:
    """The code of a function under its decorators.

    Args:
        function: any callable.

    Returns:
        Its code; None where it is not written in Python.
    """
    plain = function
    while hasattr(plain, "__wrapped__"):
        plain = plain.__wrapped__
    return getattr(plain, "__code__", None)


def signature(code: types.CodeType | None) -> str:
    """What tells a function from a later version of it: its arguments and the names that it uses.

    Args:
        code: of the function; None has none.

    Returns:
        16 hex digits, or "".
    """
    if code is None:
        return ""
    words = (code.co_argcount, code.co_varnames[: code.co_argcount], sorted(code.co_freevars), sorted(code.co_names))
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def check_signature(code: types.CodeType | None, expected: str, name: str) -> None:
    """Refuses a function that is another one than when the bundle was made.

    Args:
        code: of the function. expected: its signature then. name: for the message.

    Raises:
        CodeReferenceError: it is.
    """
    if signature(code) != expected:
        raise CodeReferenceError(f"{name} is another function in this version of Crossover than in the bundle's")
