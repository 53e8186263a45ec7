"""Where is the Terraform state of a stack kept?

One key per environment, cluster and layer, below the prefix that the environment
gives. Each backend's own arguments, without the engine; credentials come from the
backends' environment variables only.

What each does about two writers: COS locks by itself. OSS locks with a table, and
says nothing when it has none. TOS is spoken to as S3; whether its S3 endpoint
honours a conditional write is nowhere stated, so it is not relied on. Who has no
lock is warned when the environment is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from environments import model
from stacks.names import StackName


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A place for one state, as Terraform's `backend` and `terraform_remote_state` take it."""

    type: Literal["local", "cos", "oss", "s3"]
    arguments: Mapping[str, Any]


def kept(backend: model.Backend, name: StackName, directory: Path) -> Kept:
    """The place of one stack's state; `directory` is that of local states."""
    key = f"{name.environment}/{name.cluster}/{name.layer}.tfstate"
    match backend:
        case model.Local():
            return Kept(type="local", arguments={"path": str(name.state(directory))})
        case model.Cos():
            return Kept(type="cos", arguments=_cos(backend, key))
        case model.Oss():
            return Kept(type="oss", arguments=_oss(backend, key))
        case model.Tos():
            return Kept(type="s3", arguments=_tos(backend, key))


def _cos(backend: model.Cos, key: str) -> dict[str, Any]:
    return {
        "bucket": backend.bucket,
        "region": backend.region,
        "prefix": backend.prefix,
        "key": key,
        "acl": "private",
        "encrypt": True,
    }


def _oss(backend: model.Oss, key: str) -> dict[str, Any]:
    table = {
        "tablestore_table": backend.lock_table,
        "tablestore_endpoint": backend.lock_endpoint,
    }
    return {
        "bucket": backend.bucket,
        "region": backend.region,
        "prefix": backend.prefix,
        "key": key,
        "acl": "private",
        # Off unless asked for.
        "encrypt": True,
        **{name: value for name, value in table.items() if value},
    }


def _tos(backend: model.Tos, key: str) -> dict[str, Any]:
    return {
        "bucket": backend.bucket,
        "region": backend.region,
        "key": f"{backend.prefix}/{key}",
        # TOS speaks S3 on a host of its own, with the bucket in the host's name.
        "endpoints": {"s3": f"https://tos-s3-{backend.region}.volces.com"},
        "use_path_style": False,
        # None of Amazon's own services stands behind it.
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
        "skip_s3_checksum": True,
    }
