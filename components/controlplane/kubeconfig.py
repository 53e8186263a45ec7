"""How does a client reach a plane? One self-contained file, readable by its owner only."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import yaml

from components.controlplane.ports import LOOPBACK


def write(path: Path, *, name: str, port: int, pki: Path) -> None:
    """Writes a kubeconfig with the certificates inside, mode 0600."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": f"https://{LOOPBACK}:{port}",
                    "certificate-authority-data": _inline(pki / "ca.crt"),
                },
            }
        ],
        "users": [
            {
                "name": name,
                "user": {
                    "client-certificate-data": _inline(pki / "admin.crt"),
                    "client-key-data": _inline(pki / "admin.key"),
                },
            }
        ],
    }
    # Created with its mode, never widened and then narrowed.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(content, file, sort_keys=False)


def _inline(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
