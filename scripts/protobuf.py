r"""How many items are in a Kubernetes list, read off its protobuf framing alone.

A list is `k8s\0`, then an envelope (`runtime.Unknown`) whose field 2 holds the
list itself; there, field 1 is metadata and each field 2 is an item. No message
of ours is ever written, so this is all the protobuf that is needed.
https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
"""

from __future__ import annotations

from collections.abc import Iterator

CONTENT_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\x00"
_RAW = _ITEMS = 2


def items(content: bytes) -> int:
    """The number of items of the list. Raises `ValueError` for anything else."""
    if not content.startswith(_MAGIC):
        msg = "not a Kubernetes object in protobuf"
        raise ValueError(msg)
    envelope = memoryview(content)[len(_MAGIC) :]
    raw = next((value for number, value in _fields(envelope) if number == _RAW), memoryview(b""))
    return sum(number == _ITEMS for number, _ in _fields(raw))


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of each field at this level; content is empty for numbers."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        length = 0
        match key & 7:
            case 0:
                _, at = _varint(data, at)
            case 1:
                at += 8
            case 2:
                length, at = _varint(data, at)
            case 5:
                at += 4
            case kind:
                msg = f"unknown wire type {kind}"
                raise ValueError(msg)
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            msg = "cut off in the middle of a number"
            raise ValueError(msg)
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
