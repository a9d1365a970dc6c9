"""The API's description in the shape its page needs, read from the OpenAPI schema."""

from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    words: str
    inputs: list[tuple[str, str, bool]]  # name, kind, needed


def operations_by_room(api: NinjaAPI) -> dict[str, list[Operation]]:
    """All operations, grouped by their room."""
    schema: Any = api.get_openapi_schema()
    parts = schema.get("components", {}).get("schemas", {})
    rooms: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, found in methods.items():
            inputs = [
                (one["name"], _kind(one["schema"]), bool(one.get("required")))
                for one in found.get("parameters", [])
                if one["name"] != "Idempotency-Key"
            ] + _body(found, parts)
            room = (found.get("tags") or ["other"])[0]
            words = str(found.get("description") or found.get("summary") or "")
            operation = Operation(found["operationId"], method.upper(), path, words, inputs)
            rooms.setdefault(room, []).append(operation)
    return rooms


def _body(found: Any, parts: Any) -> list[tuple[str, str, bool]]:
    for content in found.get("requestBody", {}).get("content", {}).values():
        shape = _resolved(content["schema"], parts)
        needed = set(shape.get("required", []))
        return [
            (name, _kind(value), name in needed)
            for name, value in shape.get("properties", {}).items()
        ]
    return []


def _resolved(schema: Any, parts: Any) -> Any:
    link = schema.get("$ref", "")
    return parts.get(link.rsplit("/", 1)[-1], {}) if link else schema


def _kind(schema: Any) -> str:
    if link := schema.get("$ref"):
        return str(link).rsplit("/", 1)[-1]
    if choices := schema.get("anyOf"):
        return " | ".join(_kind(choice) for choice in choices)
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
