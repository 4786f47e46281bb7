"""A mock server generated from a vendor's OpenAPI document alone: it knows shapes and no behaviour.

Its pages never end: it always says that there is more, with a cursor of its own making. Every request is checked
against the document; what breaks it is kept in `violations`.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tests.contracts import request_errors

Schema = Mapping[str, object]


@dataclass
class VendorMock:
    """A mock of one provider, on loopback."""

    provider: str
    document: Mapping[str, object]
    fresh_ids: bool = False
    """False: every page shows the same records (as a static mock does). True: every page shows new ones."""
    fresh_cursors: bool = True
    """False: the same cursor for ever. True: a new cursor on every page."""
    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._numbers: Iterator[int] = itertools.count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        """The base URL to configure."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, method: str, target: str, body: object) -> tuple[int, object]:
        """The status and JSON body for one request."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.requests.append(f"{method} {target}")
        self.violations += [
            f"{method} {target}: {error}" for error in request_errors(self.provider, method, parts.path, query, body)
        ]
        operation = self._operation(method, parts.path)
        if operation is None:
            return 404, {"error": {"code": "not_found", "message": "No such path"}}
        status, schema = _success(operation)
        return status, self.sample(schema)

    def sample(self, schema: Schema, name: str = "") -> object:
        """A value that fits the schema: the plainest one, with pages that claim more."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self.sample(self._resolve(reference), name)
        if name == "has_more":
            return True
        if name == "next_cursor":
            return f"cursor-{next(self._numbers)}" if self.fresh_cursors else "cursor"
        for key in ("oneOf", "anyOf"):
            options = schema.get(key)
            if isinstance(options, list):
                return self.sample(options[0], name)
        if "allOf" in schema:
            merged: dict[str, object] = {}
            for part in _list(schema["allOf"]):
                value = self.sample(part, name)
                merged |= value if isinstance(value, dict) else {}
            return merged
        return self._plain(schema, name)

    def _plain(self, schema: Schema, name: str) -> object:
        """A value for a schema without references or alternatives."""
        if "enum" in schema:
            return _list(schema["enum"])[0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            properties = schema.get("properties", {})
            assert isinstance(properties, Mapping)
            return {key: self.sample(value, key) for key, value in properties.items()}
        if kind == "array":
            items = schema.get("items", {})
            assert isinstance(items, Mapping)
            return [self.sample(items)]
        if kind == "string":
            return self._string(schema, name)
        return {"integer": 1, "number": 0.5, "boolean": False, "null": None}[str(kind)]

    def _string(self, schema: Schema, name: str) -> str:
        """A string for a schema: a time where one is asked for, an id where the name says so."""
        if schema.get("format") == "date-time":
            return "2026-01-01T00:00:00.000Z"
        if name == "id" and self.fresh_ids:
            return f"string-{next(self._numbers)}"
        return "string"

    def _resolve(self, reference: str) -> Schema:
        """The schema that a local `$ref` names."""
        node: object = self.document
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(node, Mapping)
            node = node[part]
        assert isinstance(node, Mapping)
        return node

    def _operation(self, method: str, path: str) -> Schema | None:
        """The operation of the document that a request names; a fixed path wins over one with parameters."""
        paths = self.document["paths"]
        assert isinstance(paths, Mapping)
        for template in sorted(paths, key=lambda text: text.count("{")):
            pattern = re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in paths[template]:
                found = paths[template][method.lower()]
                assert isinstance(found, Mapping)
                return found
        return None


def _success(operation: Schema) -> tuple[int, Schema]:
    """The first 2xx status of an operation and the schema of its JSON body."""
    responses = operation["responses"]
    assert isinstance(responses, Mapping)
    status = min(int(key) for key in responses if key.startswith("2"))
    content = responses[str(status)].get("content", {})
    return status, content.get("application/json", {}).get("schema", {})


def _list(value: object) -> list[Schema]:
    assert isinstance(value, list)
    return value


def _handler(mock: VendorMock) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers for `mock`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            status, body = mock.answer(self.command, self.path, json.loads(sent) if sent else None)
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET: Callable[[], None] = _serve  # noqa: N815 (the base class asks for these names)
        do_POST: Callable[[], None] = _serve  # noqa: N815 (the same)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
            """Say nothing."""

    return Handler
