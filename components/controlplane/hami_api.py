"""How do the parts around HAMi talk to an API server?

Over loopback with the standard library only: the device plugin's stand-in runs
beside five others for as long as the twin lives, and the `kubernetes` client
alone would take more memory than the rest of it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from components.controlplane.ports import LOOPBACK

_SECONDS = 30.0
# A watch that ends by itself is opened anew; a server that is gone without a word is noticed.
_WATCH_SECONDS = 1800

APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"


class Refused(Exception):
    """The API server answered, and not with success."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        super().__init__(f"{status}: {body[:300].decode(errors='replace')}")


class Api:
    """One kept connection as the cluster's administrator, opened anew after a fault."""

    def __init__(self, *, port: int, pki: Path) -> None:
        self._port = port
        self.pki = pki
        self._connection: http.client.HTTPSConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up()

    def get(self, path: str) -> Any:
        """The object at the path. Raises `Refused` and `OSError`, as all calls here."""
        return self._call("GET", path, None, "")

    def patch(self, path: str, change: object, how: str) -> Any:
        """The object as it is after the change; *how* is one of the kinds of patch above."""
        return self._call("PATCH", path, change, how)

    def delete(self, path: str) -> Any:
        """What the server says of the deletion."""
        return self._call("DELETE", path, None, "")

    def watch(self, path: str) -> Iterator[bytes]:
        """Events as lines of JSON: first each object that is there, then what changes."""
        connection = self._connect(_WATCH_SECONDS + _SECONDS)
        with contextlib.closing(connection):
            glue = "&" if "?" in path else "?"
            connection.request("GET", f"{path}{glue}watch=true&timeoutSeconds={_WATCH_SECONDS}")
            response = connection.getresponse()
            if response.status != http.HTTPStatus.OK:
                raise Refused(response.status, response.read())
            try:
                while line := response.readline():
                    yield line
            except http.client.HTTPException as error:
                raise OSError(f"watch broke off: {error!r}") from error

    def _call(self, method: str, path: str, content: object, kind: str) -> Any:
        try:
            answer = self._send(method, path, content, kind)
        except (OSError, http.client.HTTPException):
            # A kept connection may have been closed by the other side meanwhile.
            self._hang_up()
            answer = self._send(method, path, content, kind)
        status, body = answer
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(status, body)
        return json.loads(body)

    def _send(self, method: str, path: str, content: object, kind: str) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._connect(_SECONDS)
        body = None if content is None else json.dumps(content)
        headers = {"Content-Type": kind} if kind else {}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self, seconds: float) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.pki / "ca.crt"))
        context.load_cert_chain(self.pki / "admin.crt", self.pki / "admin.key")
        return http.client.HTTPSConnection(LOOPBACK, self._port, context=context, timeout=seconds)
