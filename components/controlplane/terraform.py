"""Which Terraform runs here, and where does it find providers without a registry?

Terraform itself is the user's: it is looked for, never fetched. Providers we
bring along are served from the tool cache, by a configuration file of our own.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from components.controlplane import toolcache
from components.controlplane.pins import Tool
from environments.errors import OutsideError

MINIMUM = (1, 6)
REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_STEP = f"install Terraform or OpenTofu >= {MINIMUM[0]}.{MINIMUM[1]} and put it on PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMirror:
    """Providers that lie on this machine, for a Terraform that need not ask a registry."""

    configuration: Path
    """A Terraform CLI configuration file."""
    directories: tuple[Path, ...]
    """One filesystem mirror per provider."""

    @property
    def environment(self) -> dict[str, str]:
        """What to run Terraform (or the CDK's command line) with."""
        return {"TF_CLI_CONFIG_FILE": str(self.configuration), "CHECKPOINT_DISABLE": "1"}


def terraform() -> Path:
    """Terraform or OpenTofu on PATH, or what TERRAFORM_BINARY_NAME says, as the CDK has it.

    Raises `OutsideError` when there is none or it is too old. Pass the path on as
    TERRAFORM_BINARY_NAME: the CDK's command line looks for `terraform` otherwise.
    """
    chosen = os.environ.get("TERRAFORM_BINARY_NAME")
    old = []
    for name in [chosen] if chosen else ["terraform", "tofu"]:
        found = shutil.which(name)
        if found is None:
            continue
        version = _version(found, Path(found).stat().st_mtime_ns)
        if _numbers(version) >= MINIMUM:
            return Path(found)
        old.append(f"{found} is {version or 'of unknown version'}")
    if old:
        raise OutsideError(f"{' and '.join(old)}, which is too old; {_STEP}")
    raise OutsideError(f"{chosen or 'terraform'} is not on PATH; {_STEP}")


def mirror_of(homes: Collection[toolcache.Home]) -> ProviderMirror:
    """A configuration for the providers in *homes*; all others are asked from their registry."""
    blocks = [_block(home.path, _addresses(home.tool)) for home in homes]
    ours = json.dumps([address for home in homes for address in _addresses(home.tool)])
    direct = f"  direct {{\n    exclude = {ours}\n  }}\n"
    text = "provider_installation {\n" + "".join(blocks) + direct + "}\n"
    name = hashlib.sha256(text.encode()).hexdigest()[:16] + ".tfrc"
    return ProviderMirror(
        configuration=toolcache.write_once(toolcache.root() / "terraform" / name, text),
        directories=tuple(home.path for home in homes),
    )


def alias_for_opentofu(folder: Path, tool: Tool) -> None:
    """Shows a provider under OpenTofu's registry too, in a mirror that is being made."""
    theirs, ours = (folder / registry for registry in REGISTRIES)
    for path in tool.files.values():
        package = (folder / path).parent
        alias = ours / package.relative_to(theirs)
        alias.parent.mkdir(parents=True, exist_ok=True)
        alias.symlink_to(os.path.relpath(package, alias.parent))


def _addresses(tool: Tool) -> list[str]:
    return [f"{registry}/{tool.provider}" for registry in REGISTRIES]


def _block(directory: Path, addresses: list[str]) -> str:
    path, include = json.dumps(str(directory)), json.dumps(addresses)
    return f"  filesystem_mirror {{\n    path    = {path}\n    include = {include}\n  }}\n"


@functools.cache
def _version(command: str, _changed: int) -> str:
    """The version a command claims, asked once for each state of its file."""
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    try:
        answer = subprocess.run(
            [command, "version", "-json"],
            capture_output=True,
            env=environment,
            check=False,
            text=True,
            timeout=20,
        )
        return str(json.loads(answer.stdout)["terraform_version"])
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
