"""Each operation is described by its own shapes, not by another room's of the same name."""

from typing import Any

from ninja import Schema

from gendan.api.root import api


def test_every_body_and_answer_is_described_by_its_own_fields() -> None:
    description: Any = api.get_openapi_schema(path_prefix="")
    shapes = description["components"]["schemas"]
    seen: dict[str, set[str]] = {}
    wrong = []
    for place, shape, link in _described(description):
        name = link.rsplit("/", 1)[-1]
        fields = shape.model_fields
        other = set(shapes[name]["properties"]) ^ set(fields)
        # By its name, or by the name of what it is read from.
        if other and other != _renamed(fields):
            wrong.append(f"{place}: {name} {sorted(other)}")
        seen.setdefault(name, set()).add(place)
    assert wrong == []
    # Several rooms have shapes of these names.
    assert {"CatalogItemsIn", "StockingItemsIn", "ProductionSplitIn", "IntakeSplitIn"} <= set(seen)


def _described(description: Any) -> list[tuple[str, Any, str]]:
    """(operation, its body or answer, the link that describes it)."""
    found = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                name = operation.operation_id or path
                shown = _operation(description, name)
                for model in operation.models:
                    if getattr(model, "__ninja_param_source__", "") == "body":
                        body = shown["requestBody"]["content"]["application/json"]["schema"]
                        found += _linked(name, model, body)
                for status, model in operation.response_models.items():
                    content = shown["responses"][status].get("content", {})
                    if model and "application/json" in content:
                        found += _linked(name, model, content["application/json"]["schema"])
    return found


def _operation(description: Any, name: str) -> Any:
    operations = (one for path in description["paths"].values() for one in path.values())
    return next(one for one in operations if one["operationId"] == name)


def _linked(name: str, model: Any, shown: Any) -> list[tuple[str, Any, str]]:
    [field] = model.model_fields.values() if len(model.model_fields) == 1 else [None]
    own = field.annotation if field is not None else None
    if "$ref" not in shown or not (isinstance(own, type) and issubclass(own, Schema)):
        return []
    return [(name, own, shown["$ref"])]


def _renamed(fields: dict[str, Any]) -> set[str]:
    return {
        name
        for key, one in fields.items()
        if one.alias and one.alias != key
        for name in (key, one.alias)
    }
