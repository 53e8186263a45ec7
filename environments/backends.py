"""Where Terraform keeps the states of an environment, one for each cluster and layer.

Credentials are never written here: each backend takes them from its own
environment variables. Locks are said by `unlocked`: where nothing keeps two
people from applying at once, one of them loses what the other did.
"""

from __future__ import annotations

from environments.words import BucketName, Endpoint, KeyPrefix, Region, TableName, Words


class Local(Words, tag="local", tag_field="type", frozen=True, kw_only=True):
    """Files on this machine, for one person."""


class _Remote(Words, frozen=True, kw_only=True):
    bucket: BucketName
    """The bucket, which exists already; versioned and encrypted, as states hold secrets."""
    region: Region
    """Where the bucket is, as the cloud calls it."""
    prefix: KeyPrefix = "gpu-fleet"
    """States stand at `<prefix>/<environment>/<cluster>/<layer>.tfstate`."""

    def key(self, environment: str, cluster: str, layer: str) -> str:
        """The key of one state in the bucket."""
        return f"{self.prefix}/{environment}/{cluster}/{layer}.tfstate"


class Cos(_Remote, tag="cos", tag_field="type", frozen=True, kw_only=True):
    """Tencent Cloud's object storage, which locks by itself."""


class Oss(_Remote, tag="oss", tag_field="type", frozen=True, kw_only=True):
    """Alibaba Cloud's object storage, which locks by a table of Tablestore."""

    lock_table: TableName | None = None
    """The table of locks; nothing is locked when left out."""
    lock_endpoint: Endpoint | None = None
    """The Tablestore instance that has the table."""


class Tos(_Remote, tag="tos", tag_field="type", frozen=True, kw_only=True):
    """Volcano Engine's object storage, spoken to as S3. It has no locks."""


Backend = Local | Cos | Oss | Tos
