"""Contests and other nouns as plain JSON and back: no pickle, no NaN, types checked on the way in."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import types
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from core.schema import Contest, Facts, JsonObject
from core.schema.data import JSON_KEY, JSON_OPTIONAL

DEPTH = 60

Noun = TypeVar("Noun")


class CodecError(ValueError):
    """A text is not JSON of the noun asked for; the message says where in it."""


def dumps(contest: Contest) -> str:
    """A contest (or any other declaration of plain data) as JSON; NaN and infinities become null, arrays lists."""
    return json.dumps(to_plain(contest), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str) -> Contest:
    """The contest that ``dumps`` wrote; unknown keys are passed over, null stands for NaN where a number is due.

    Raises:
        CodecError: not JSON, a needed key is missing, or a value is of another type.
    """
    return from_json(Contest, text)


def from_json(cls: type[Noun], text: str | bytes) -> Noun:
    """JSON text as an instance of a frozen dataclass; see ``loads``."""
    try:
        data = json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError) as error:
        raise CodecError(f"not JSON: {error}") from error
    made: Noun = from_plain(cls, data)
    return made


def _refuse_value(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} has no plain form")


def to_plain(value: object, fallback: Callable[[object], object] = _refuse_value) -> Any:
    """A value as what JSON knows: dict, list, str, int, float, bool or None; NaN and infinities become None.

    Args:
        fallback: what becomes of a value of another kind; by default it is refused.

    Raises:
        TypeError: a value has no plain form, and there is no ``fallback``.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields_to_json(value, fallback)
    if isinstance(value, Mapping):
        return {_key(key): to_plain(one, fallback) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        listed = value.tolist()
        finite = value.dtype.kind in "biu" or (value.dtype.kind == "f" and bool(np.isfinite(value).all()))
        return listed if finite else to_plain(listed, fallback)
    if isinstance(value, np.generic):
        return to_plain(value.item(), fallback)
    if isinstance(value, (list, tuple, set, frozenset)):
        ordered = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [to_plain(one, fallback) for one in ordered]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return to_plain(value.tolist(), fallback)
    return fallback(value)


def _fields_to_json(value: Any, fallback: Callable[[object], object]) -> JsonObject:
    made: JsonObject = {}
    for one in dataclasses.fields(value):
        *outer, key = _json_path(one)
        given = getattr(value, one.name)
        if one.metadata.get(JSON_OPTIONAL) and given == one.default:
            continue
        if not outer:
            made[key] = to_plain(given, fallback)
        elif given != one.default:
            made[outer[0]] = {**made[outer[0]], key: to_plain(given, fallback)}
    return made


def _json_path(field: dataclasses.Field) -> list[str]:
    return field.metadata.get(JSON_KEY, field.name).split(".")


def _json_of(noun: type, data: Facts) -> JsonObject:
    """The JSON values of a noun's fields by the fields' own names; objects lose the keys that are fields."""
    found: JsonObject = {}
    paths = {one.name: _json_path(one) for one in dataclasses.fields(noun)}
    for name, (*outer, key) in paths.items():
        inside = data.get(outer[0]) if outer else data
        if isinstance(inside, Mapping) and key in inside:
            found[name] = inside[key]
    for outer_key, key in (path for path in paths.values() if len(path) > 1):
        if isinstance(found.get(outer_key), Mapping):
            found[outer_key] = {name: one for name, one in found[outer_key].items() if name != key}
    return found


def _key(key: object) -> str:
    return str(key.item()) if isinstance(key, np.generic) else str(key)


@cache
def _hints(noun: type) -> JsonObject:
    return get_type_hints(noun)


def from_plain(annotation: Any, data: object, path: str = "", depth: int = 0) -> Any:
    """Plain data as the annotated type ``annotation``; CodecError names the place where it does not fit."""
    if depth > DEPTH:
        raise CodecError(f"nested too deeply at {path[:80]}")
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return _declared(annotation, data, path, depth)
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is Any or annotation is object:
        return data
    if origin in (Union, types.UnionType):
        return _either(inner, data, path, depth)
    if origin is Literal:
        return data if data in inner else _refuse(path, f"one of {', '.join(map(str, inner))}")
    if origin is tuple:
        return _sequence(inner, data, path, depth)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, dict):
            return _refuse(path, "an object")
        return {key: from_plain(inner[1], one, f"{path}.{key}", depth + 1) for key, one in data.items()}
    return _single(annotation, data, path)


def _declared(noun: type, data: object, where: str, depth: int) -> Any:
    if not isinstance(data, dict):
        return _refuse(where or noun.__name__, "an object")
    hints, given, data = _hints(noun), {}, _json_of(noun, data)
    for one in dataclasses.fields(noun):
        if one.name in data:
            given[one.name] = from_plain(hints[one.name], data[one.name], f"{where}.{one.name}".strip("."), depth + 1)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            return _refuse(f"{where}.{one.name}".strip("."), "there")
    return noun(**given)


def _either(kinds: tuple[Any, ...], data: object, where: str, depth: int) -> Any:
    if data is None and type(None) in kinds:
        return None
    fault: CodecError | None = None
    for kind in kinds:
        if kind is not type(None):
            try:
                return from_plain(kind, data, where, depth + 1)
            except CodecError as error:
                fault = error
    raise fault or CodecError(f"{where} does not fit")


def _sequence(inner: tuple[Any, ...], data: object, where: str, depth: int) -> tuple[Any, ...]:
    if not isinstance(data, list):
        return _refuse(where, "a list")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(from_plain(inner[0], one, f"{where}[{i}]", depth + 1) for i, one in enumerate(data))
    if len(data) != len(inner):
        return _refuse(where, f"a list of {len(inner)}")
    return tuple(from_plain(kind, one, where, depth + 1) for kind, one in zip(inner, data, strict=True))


def _single(kind: Any, data: object, where: str) -> Any:
    if kind is float:
        if data is None:
            return math.nan
        if isinstance(data, (int, float)) and not isinstance(data, bool) and abs(data) < 1e308:
            return float(data)
        return _refuse(where, "a number")
    if kind is int and (isinstance(data, bool) or not isinstance(data, int)):
        return _refuse(where, "a whole number")
    if isinstance(kind, type) and not isinstance(data, kind):
        return _refuse(where, {str: "text", bool: "true or false"}.get(kind, kind.__name__))
    return data


def _refuse(where: str, expected: str) -> NoReturn:
    raise CodecError(f"{where[:200]} must be {expected}")
