"""Counting the items of a Kubernetes list by its framing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import protobuf


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def a_list(items: list[bytes]) -> bytes:
    metadata = field(1, b"\x0a\x00")
    raw = metadata + b"".join(field(2, item) for item in items)
    return b"k8s\x00" + field(1, b"type") + field(2, raw) + field(4, b"")


@given(st.lists(st.binary(max_size=300), max_size=60))
def test_every_item_counts_whatever_it_holds(items: list[bytes]) -> None:
    assert protobuf.items(a_list(items)) == len(items)


def test_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not a Kubernetes object"):
        protobuf.items(b'{"kind": "PodList"}')


def test_a_list_that_is_cut_off_never_hangs() -> None:
    with pytest.raises(ValueError, match="cut off"):
        protobuf.items(b"k8s\x00\x80")
