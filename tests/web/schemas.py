"""Checks a JSON value against the part of JSON Schema that our OpenAPI description uses."""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_CHECKED = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "oneOf", "minimum",
    "maximum", "maxLength", "$ref", "description", "default", "format",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], document: dict[str, Any], place: str = "$") -> list[str]:
    """What in ``value`` the schema does not allow; a keyword this checker does not know is a fault too."""
    if unknown := set(schema) - _CHECKED:
        return [f"{place}: the checker does not know {sorted(unknown)}"]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return faults(value, document["components"]["schemas"][name], document, place)
    if "oneOf" in schema:
        fitting = [option for option in schema["oneOf"] if not faults(value, option, document, place)]
        return [] if len(fitting) == 1 else [f"{place}: {len(fitting)} options fit"]
    found = _scalar_faults(value, schema, place)
    if isinstance(value, dict):
        found += _object_faults(value, schema, document, place)
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += faults(item, schema.get("items", {}), document, f"{place}[{number}]")
    return found


def _scalar_faults(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    found: list[str] = []
    names = schema.get("type", list(_TYPES))
    allowed = [names] if isinstance(names, str) else names
    fits = any(isinstance(value, _TYPES[name]) for name in allowed)
    if not fits or (isinstance(value, bool) and "boolean" not in allowed):
        found.append(f"{place}: {value!r} is no {allowed}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{place}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if "minimum" in schema and isinstance(value, int) and value < schema["minimum"]:
        found.append(f"{place}: {value} is too small")
    return found


def _object_faults(value: dict[str, Any], schema: dict[str, Any], document: dict[str, Any], place: str) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{place}: no {name}" for name in schema.get("required", []) if name not in value]
    if schema.get("additionalProperties") is False:
        found += [f"{place}: {name} is not described" for name in value if name not in properties]
    for name, schema_of in properties.items():
        if name in value:
            found += faults(value[name], schema_of, document, f"{place}.{name}")
    return found
