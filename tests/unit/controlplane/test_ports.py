"""Ports for planes: free, distinct, and refused in plain words when there are none."""

from __future__ import annotations

import socket

import pytest

from components.controlplane import ports
from environments.errors import OutsideError


def test_ports_are_distinct_and_below_those_of_outgoing_connections() -> None:
    found = ports.free(20)

    assert len(set(found)) == 20
    assert all(port < 32_768 for port in found)


def test_a_port_somebody_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ports.free(1)[0]
    monkeypatch.setattr(ports, "_FIRST", first)
    monkeypatch.setattr(ports, "_LAST", first + 1)

    with socket.create_server((ports.LOOPBACK, first)):
        found = ports.free(1)

    assert found == (first + 1,)


def test_a_port_another_plane_was_given_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ports.free(1)[0]
    monkeypatch.setattr(ports, "_FIRST", first)
    monkeypatch.setattr(ports, "_LAST", first + 1)

    assert ports.free(1, taken={first}) == (first + 1,)


def test_too_few_ports_are_an_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_LAST", ports._FIRST)

    with pytest.raises(OutsideError, match=r"fewer than 2 free ports .*; end what listens there"):
        ports.free(2)
