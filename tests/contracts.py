"""The providers' published contracts as a judge: what is wrong with this request, or with this answer?

The contracts lie beside the project and are no part of it. A test that judges by them carries `needs_contracts`, so it
is skipped, with the reason, where they are absent. Paths may come with or without the prefix of the base URL, encoded
as they go over the wire.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator, FormatChecker

CONTRACTS = Path(__file__).parents[1].parent / "shared" / "apis"

needs_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the providers' contracts are not beside the project"
)
"""For every test that calls a function of this file; add `pytest.mark.contract` too."""

_PREFIXES = {"heyreach": "/api/public", "networkhq": "/api/v1", "instantly": "/api/v2"}
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_FORMATS = FormatChecker(formats=())

Json = Mapping[str, object]


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    """Seven fractional digits are allowed, as the providers send them."""
    return not isinstance(value, str) or _TIME.fullmatch(value) is not None


@cache
def document(provider: str) -> Json:
    """The contract of `heyreach`, `networkhq` or `instantly`."""
    loaded = json.loads((CONTRACTS / f"{provider}.openapi.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def request_errors(
    provider: str, method: str, path: str, query: Mapping[str, str] | None = None, body: object = None
) -> list[str]:
    """What breaks the contract in a request. `body` is the parsed JSON, None for a request without one."""
    found = _operation(str(provider), method, path)
    if found is None:
        return [f"{method} {path} is not in the contract"]
    operation, segments = found
    errors = list(_parameter_errors(str(provider), operation, segments, dict(query or {})))
    declared = operation.get("requestBody")
    if declared is None:
        return errors + ([] if body is None else ["a body is sent where none is declared"])
    schema = _json_schema(_resolve(str(provider), declared))
    if body is None:
        return [*errors, "no body is sent where one is required"]
    return errors + _schema_errors(str(provider), schema, body)


def response_errors(
    provider: str, method: str, path: str, status: int, body: bytes | str, content_type: str | None = None
) -> list[str]:
    """What breaks the contract in an answer. `body` is what came over the wire."""
    found = _operation(str(provider), method, path)
    if found is None:
        return [f"{method} {path} is not in the contract"]
    responses = found[0]["responses"]
    assert isinstance(responses, Mapping)
    if str(status) not in responses:
        return [f"status {status} is not declared"]
    response = _resolve(str(provider), responses[str(status)])
    content = response.get("content")
    if not isinstance(content, Mapping):
        empty = "Empty body" in str(response.get("description"))
        return ["a body where an empty one is declared"] if body and empty else []
    media = (content_type or "").partition(";")[0].strip().lower()
    if "application/json" in content:
        return _json_errors(str(provider), content["application/json"]["schema"], body, media)
    # HeyReach sends its plain-text 401 with no content-type at all
    return [] if media in {"", *content} and body else [f"content type {media!r} is not declared, or the body is empty"]


def _json_errors(provider: str, schema: Json, body: bytes | str, media: str) -> list[str]:
    """What is wrong with a JSON answer."""
    if media != "application/json":
        return [f"content type {media!r} where application/json is declared"]
    try:
        parsed: object = json.loads(body)
    except ValueError as error:
        return [f"the body is not JSON: {error}"]
    return _schema_errors(provider, schema, parsed)


def _operation(provider: str, method: str, path: str) -> tuple[Json, dict[str, str]] | None:
    """The operation a request names, and its path parameters. A fixed path wins over one with parameters."""
    bare = path.partition("?")[0].removeprefix(_PREFIXES.get(provider, ""))
    paths = document(provider)["paths"]
    assert isinstance(paths, Mapping)
    for template in sorted(paths, key=lambda text: text.count("{")):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, bare)
        if match and method.lower() in paths[template]:
            return paths[template][method.lower()], {key: unquote(value) for key, value in match.groupdict().items()}
    return None


def _parameter_errors(
    provider: str, operation: Json, segments: Mapping[str, str], query: dict[str, str]
) -> Iterator[str]:
    """What is wrong with the path and query parameters; a parameter that is not declared is wrong too."""
    parameters = operation.get("parameters", [])
    assert isinstance(parameters, list)
    for declared in parameters:
        parameter = _resolve(provider, declared)
        name, place = str(parameter["name"]), parameter["in"]
        if place not in {"path", "query"}:
            continue
        value = segments.get(name) if place == "path" else query.pop(name, None)
        if value is None:
            if parameter.get("required"):
                yield f"{place} parameter {name} is missing"
            continue
        schema = parameter["schema"]
        assert isinstance(schema, Mapping)
        yield from (f"{name}: {error}" for error in _schema_errors(provider, schema, _typed(value, schema)))
    yield from (f"query parameter {name} is not declared" for name in query)


def _typed(value: str, schema: Json) -> object:
    """A parameter's text as the type its schema asks for, where it can be read so."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _schema_errors(provider: str, schema: Json, value: object) -> list[str]:
    """Every way in which a value breaks a schema of the provider's document."""
    # the document's own references (`#/components/…`) resolve against the schema's root, so the root is the document
    rooted = {**document(provider), "$schema": Draft202012Validator.META_SCHEMA["$id"], "allOf": [schema]}
    validator = Draft202012Validator(rooted, format_checker=_FORMATS)
    return [
        f"{'/'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]


def _json_schema(holder: Json) -> Json:
    """The JSON schema of a request body."""
    content = holder["content"]
    assert isinstance(content, Mapping)
    schema = content["application/json"]["schema"]
    assert isinstance(schema, Mapping)
    return schema


def _resolve(provider: str, node: object) -> Json:
    """The node itself, or what its `$ref` names."""
    assert isinstance(node, Mapping)
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    target: object = document(provider)
    for part in reference.removeprefix("#/").split("/"):
        assert isinstance(target, Mapping)
        target = target[part]
    assert isinstance(target, Mapping)
    return target
