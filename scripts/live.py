"""A live cluster, read through the Kubernetes client and decoded into narrow structs.

Ten thousand pods as full client models take half a minute and a gigabyte; the
few fields that are looked at take a second. The client does what it is good
at: kubeconfigs, authentication, TLS, connections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import urllib3
from kubernetes import client, config

from environments.errors import OutsideError
from scripts import protobuf

T = TypeVar("T")

PAGE = 1000
TIMEOUT = (5.0, 60.0)
"""Seconds to connect, and to wait for an answer."""


class Metadata(msgspec.Struct, rename="camel", frozen=True):
    """What we look at of an object's metadata."""

    name: str
    namespace: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: list[dict[str, Any]] = []
    deletion_timestamp: str | None = None
    uid: str = ""


class _ListMetadata(msgspec.Struct, rename={"token": "continue"}):
    token: str = ""


class _Page(msgspec.Struct, Generic[T]):
    items: list[T]
    metadata: _ListMetadata = msgspec.field(default_factory=_ListMetadata)


class Refusal(msgspec.Struct, frozen=True):
    """The API server's answer to a request that it did not accept."""

    code: int
    message: str
    reason: str = ""


class Forbidden(OutsideError):
    """The kubeconfig's user may not do that; others may, and the rest goes on."""


class Live:
    """One cluster's API server, through the kubeconfig at `path`."""

    def __init__(self, name: str, kubeconfig: Path) -> None:
        self.name = name
        if not kubeconfig.is_file():
            msg = f"{name}: no kubeconfig at {kubeconfig}; is the path right?"
            raise OutsideError(msg)
        settings = client.Configuration()
        try:
            config.load_kube_config(str(kubeconfig), client_configuration=settings)
        except Exception as error:  # noqa: BLE001 - whatever its YAML and file readers raise
            msg = f"{name}: the kubeconfig cannot be read ({type(error).__name__}); is it complete?"
            raise OutsideError(msg) from None
        if urllib3.util.parse_url(settings.host).host in {"127.0.0.1", "localhost", "[::1]"}:
            # A proxy for the outside world must not be asked for the loopback.
            settings.proxy = None
        settings.retries = 0
        self.api = client.ApiClient(settings)

    def list(self, path: str, kind: type[T], **query: str) -> list[T]:
        """All objects of a collection, page by page."""
        found: list[T] = []
        token = ""
        while True:
            more = {"continue": token} if token else {}
            content = self._read("GET", path, {"limit": str(PAGE), **query, **more})
            page = msgspec.json.decode(content, type=_Page[kind])  # type: ignore[valid-type]
            found += page.items
            token = page.metadata.token
            if not token:
                return found

    def count(self, path: str, **query: str) -> int:
        """How many objects match, from the API server's cache and without decoding any.

        Asked for in protobuf: a list of thousands of pods costs the server a
        tenth of what its JSON does, and us nothing.
        """
        selected = {**query, "resourceVersion": "0"}
        status, content = self._call("GET", path, selected, accept=protobuf.CONTENT_TYPE)
        self._expect(status, content, path)
        return protobuf.items(content)

    def get(self, path: str) -> dict[str, Any] | None:
        """The object as plain data; None when it is not there."""
        status, content = self._call("GET", path)
        if status == 404:
            return None
        self._expect(status, content, path)
        data: dict[str, Any] = msgspec.json.decode(content)
        return data

    def create(
        self, path: str, body: Mapping[str, Any], *, dry_run: bool = False
    ) -> Refusal | None:
        """Create the object; None when it was accepted."""
        query = {"dryRun": "All"} if dry_run else {}
        status, content = self._call("POST", path, query, body)
        if status < 300:
            return None
        return _refusal(status, content)

    def apply(self, path: str, body: Mapping[str, Any]) -> Refusal | None:
        """Server-side apply, as Terraform's provider does it; None when it was accepted."""
        query = {"fieldManager": "gpu-fleet", "force": "true"}
        status, content = self._call(
            "PATCH", path, query, body, content_type="application/apply-patch+yaml"
        )
        if status < 300:
            return None
        return _refusal(status, content)

    def delete(self, path: str, **query: str) -> None:
        """Delete the object or the collection; fine when it is not there."""
        status, content = self._call("DELETE", path, query)
        if status != 404:
            self._expect(status, content, path)

    def _read(self, method: str, path: str, query: Mapping[str, str]) -> bytes:
        status, content = self._call(method, path, query)
        self._expect(status, content, path)
        return content

    def _expect(self, status: int, content: bytes, path: str) -> None:
        if status < 300:
            return
        answer = _refusal(status, content)
        msg = f"{self.name}: the API server refused {path} ({answer.code}): {answer.message}"
        raise Forbidden(msg) if answer.code == 403 else OutsideError(msg)

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> tuple[int, bytes]:
        try:
            response = self.api.call_api(
                path,
                method,
                query_params=list((query or {}).items()),
                header_params={"Accept": accept, "Content-Type": content_type},
                body=body,
                auth_settings=["BearerToken"],
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=TIMEOUT,
            )
            return response.status, response.data
        except client.ApiException as error:
            body_text = error.body or b""
            return error.status or 0, body_text.encode() if isinstance(
                body_text, str
            ) else body_text
        except (urllib3.exceptions.HTTPError, OSError) as error:
            why = _why(error)
            msg = f"{self.name}: the API server does not answer ({why}); is the cluster up?"
            raise OutsideError(msg) from None


def _refusal(status: int, content: bytes) -> Refusal:
    try:
        answer = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return Refusal(code=status, message=content.decode(errors="replace")[:300])
    return Refusal(
        code=int(answer.get("code") or status),
        message=str(answer.get("message", "")),
        reason=str(answer.get("reason", "")),
    )


def _why(error: BaseException) -> str:
    """The last words of a chain of errors: `connection refused`."""
    text = str(getattr(error, "reason", None) or error).rsplit(": ", 1)[-1]
    text = re.sub(r"\[errno -?\d+\] ", "", text.lower())
    return text.strip("()'\" ") or type(error).__name__
