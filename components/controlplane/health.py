"""Does a control plane answer?

Asked over loopback with the standard library only, past any proxy and any CA
bundle of the environment.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from pathlib import Path

from components.controlplane.ports import LOOPBACK

_SECONDS = 5.0
# Made by the controller manager: when it is there, controllers run, and pods are admitted.
_SERVICE_ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"


def missing(ports: Mapping[str, int], pki: Path) -> str | None:
    """The component that does not answer yet; None when all do."""
    probes = (
        ("kube-apiserver", "kube-apiserver", "/readyz"),
        ("kube-controller-manager", "kube-apiserver", _SERVICE_ACCOUNT),
        ("kube-scheduler", "kube-scheduler", "/readyz"),
        ("kwok-controller", "kwok-controller", "/healthz"),
    )
    for component, server, path in probes:
        if not _answers(ports[server], path, pki):
            return component
    return None


def _answers(port: int, path: str, pki: Path) -> bool:
    try:
        connection = http.client.HTTPSConnection(
            LOOPBACK, port, context=_context(pki), timeout=_SECONDS
        )
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    connection.close()
    return status == http.HTTPStatus.OK


def _context(pki: Path) -> ssl.SSLContext:
    # The scheduler and controller manager sign their own certificates.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    return context
