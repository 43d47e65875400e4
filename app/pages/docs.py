"""The specification as a page for people: flattened here, so that the template only prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 6
# the pattern that every text shares and that says nothing to a reader
ANY_TEXT = "^[^\\u0000"
BOUNDS = (
    ("minLength", "at least {} characters"), ("maxLength", "at most {} characters"), ("minimum", "from {}"),
    ("maximum", "up to {}"), ("minItems", "at least {} items"), ("maxItems", "at most {} items"),
    ("pattern", "matches {}"), ("default", "default {}"),
)  # fmt: skip


def register(app: Flask) -> None:
    """Give the documentation's template its one helper; it remembers the outline, for a specification never changes."""
    made: list[list[dict[str, Any]]] = []

    def remembered(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not made:
            made.append(outline(spec))
        return made[0]

    app.jinja_env.globals["outline"] = remembered


def outline(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the tags of a specification in their order, each with its operations, every reference resolved."""
    groups = {tag["name"]: {"name": tag["name"], "about": tag.get("description", ""), "operations": []}
              for tag in spec.get("tags", [])}  # fmt: skip
    for path, item in spec["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                operation = _operation(spec, method, path, item[method], shared)
                name = (item[method].get("tags") or ["other"])[0]
                group = groups.setdefault(name, {"name": name, "about": "", "operations": []})
                group["operations"].append(operation)
    return [group for group in groups.values() if group["operations"]]


def _operation(
    spec: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any], shared: list[Any]
) -> dict[str, Any]:
    parameters = [_resolved(spec, one) for one in [*shared, *operation.get("parameters", [])]]
    return {
        "anchor": f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary") or operation.get("description", ""),
        "detail": operation.get("description", "") if operation.get("summary") else "",
        "roles": operation.get("x-roles", []),
        "parameters": [_parameter(spec, one) for one in parameters],
        "body": _body(spec, operation.get("requestBody")),
        "answers": [
            _answer(spec, status, _resolved(spec, one)) for status, one in sorted(operation["responses"].items())
        ],
    }


def _parameter(spec: Mapping[str, Any], parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = _resolved(spec, parameter.get("schema", {}))
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "required": parameter.get("required", False),
        "type": _type(spec, schema),
        "notes": _notes(schema, parameter.get("description", "")),
    }


def _body(spec: Mapping[str, Any], body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if body is None else _content(spec, _resolved(spec, body))


def _answer(spec: Mapping[str, Any], status: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    problem = status[:1] in {"4", "5", "d"}
    # every refusal has the same form, which the page explains once
    content = None if problem else _content(spec, answer)
    told = {"status": status, "about": answer.get("description", ""), "problem": problem}
    return {**told, **(content or {"media": "", "type": "", "fields": []})}


def _content(spec: Mapping[str, Any], holder: Mapping[str, Any]) -> dict[str, Any] | None:
    for media, content in holder.get("content", {}).items():
        schema = content.get("schema", {})
        return {"media": media, "type": _type(spec, schema), "fields": list(_fields(spec, schema))}
    return None


def _fields(spec: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Give the fields of a schema, the fields of what lies inside each right after it, one level deeper."""
    inner = _inside(spec, schema)
    if depth > MAX_DEPTH:
        return
    required = inner.get("required", [])
    for name, given in inner.get("properties", {}).items():
        plain = _resolved(spec, given)
        yield {
            "name": name,
            "depth": depth,
            "required": name in required,
            "type": _type(spec, given),
            "notes": _notes(plain, plain.get("description", "")),
        }
        yield from _fields(spec, plain, depth + 1)


def _inside(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Step through references and lists to the object whose fields count."""
    plain = _resolved(spec, schema)
    while "items" in plain:
        plain = _resolved(spec, plain["items"])
    return plain


def _resolved(spec: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references inside the document, also those that stand beside ``null``."""
    plain: Mapping[str, Any] = given
    while True:
        if "$ref" in plain:
            target: Any = spec
            for step in plain["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            plain = {**target, **{name: value for name, value in plain.items() if name != "$ref"}}
            continue
        choices = [one for key in ("allOf", "anyOf", "oneOf") for one in plain.get(key, []) if one != {"type": "null"}]
        if len(choices) != 1 or "properties" in plain:
            return plain
        kept = {name: value for name, value in plain.items() if name not in {"allOf", "anyOf", "oneOf"}}
        plain = {**choices[0], **kept}


def _type(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    plain = _resolved(spec, schema)
    given = plain.get("type", "any" if not plain.get("properties") else "object")
    kinds = [given] if isinstance(given, str) else list(given)
    if "array" in kinds and "items" in plain:
        kinds = [f"list of {_type(spec, plain['items'])}" if kind == "array" else kind for kind in kinds]
    told = " or ".join(kinds)
    return f"{told} ({plain['format']})" if "format" in plain else told


def _notes(schema: Mapping[str, Any], about: str) -> str:
    notes = [about] if about else []
    choices = schema.get("enum") or (schema.get("items") or {}).get("enum")
    notes += [f"one of {', '.join(str(choice) for choice in choices if choice is not None)}"] if choices else []
    notes += [
        text.format(schema[name])
        for name, text in BOUNDS
        if name in schema and not str(schema[name]).startswith(ANY_TEXT)
    ]
    return "; ".join(notes)
