"""Functions and classes that Crossover makes inside other functions: where their code stands, and making them again."""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterator, Sequence

from core.schema import Facts, JsonObject
from core.states.code_references import (
    LOCALS,
    CodeReferenceError,
    Part,
    check_signature,
    code_of,
    load_module,
    look_up,
    own_module,
    signature,
)


def inner_reference(module: str, qualified: str, code: types.CodeType) -> JsonObject:
    """Where the code of a function or class that is made inside a function stands.

    Args:
        module: in which it was made. qualified: its ``__qualname__``. code: its own code, or a method's of the class.

    Returns:
        {"module", "outer": the function at the top, "path": names and places from there on, "signature"}.

    Raises:
        CodeReferenceError: it was not made by Crossover's models or features.
    """
    if not own_module(module):
        raise CodeReferenceError(f"{module}:{qualified} is not part of any model")
    outer, _, _ = qualified.partition(LOCALS)
    top = top_code(module, outer)
    for path, found in walk_code(top, ()):
        if found is code:
            return {
                "module": module,
                "outer": outer,
                "path": [list(step) for step in path],
                "signature": signature(code),
            }
    raise CodeReferenceError(f"{module}:{qualified} was made in a way that has no name")


def top_code(module: str, outer: str) -> types.CodeType:
    """The code of a function that stands at the top of a module or in a class.

    Args:
        module: dotted name. outer: name in the module.

    Returns:
        Its code.

    Raises:
        CodeReferenceError: there is no such function.
    """
    code = code_of(look_up(module, outer))
    if code is None:
        raise CodeReferenceError(f"there is no function {module}:{outer} in this version of Crossover")
    return code


def walk_code(code: types.CodeType, path: Sequence[Part]) -> Iterator[Part]:
    """Everything made inside a function, outermost first.

    Args:
        code: of the function. path: to it.

    Yields:
        (path, code).
    """
    counts: dict[str, int] = {}
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            place = counts.get(one.co_name, 0)
            counts[one.co_name] = place + 1
            here = (*path, (one.co_name, place))
            yield here, one
            yield from walk_code(one, here)


def find_inner(reference: Facts) -> types.CodeType:
    """The code that ``inner_reference`` told of.

    Args:
        reference: what it returned.

    Returns:
        The code as it stands in the installed module.

    Raises:
        CodeReferenceError: not allowed, not there, or another one in this version.
    """
    module, outer = str(reference["module"]), str(reference["outer"])
    if not own_module(module):
        raise CodeReferenceError(f"it names a function of {module!r}, which no model is made of")
    wanted = tuple((str(name), int(place)) for name, place in reference["path"])
    for path, code in walk_code(top_code(module, outer), ()):
        if tuple(path) == wanted:
            check_signature(code, str(reference["signature"]), f"{module}:{outer}")
            return code
    raise CodeReferenceError(f"{module}:{outer} holds no such part in this version of Crossover")


def make_class(body: types.CodeType, module: str, cells: Facts, bases: Sequence[type]) -> type:
    """A class that a function of Crossover makes, made again.

    Args:
        body: code of the class. module: where it stands. cells: what its methods hold of the function. bases: its own.

    Returns:
        The class.
    """
    closure = tuple(types.CellType(cells.get(name)) for name in body.co_freevars)
    maker = types.FunctionType(body, vars(load_module(module)), body.co_name, None, closure)
    made: type = builtins.__build_class__(maker, body.co_name, *bases)  # type: ignore[attr-defined]
    return made
