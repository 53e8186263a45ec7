"""What a rehearsal says of itself."""

from __future__ import annotations

from scripts.rehearsal.fidelity import fidelity
from tests.unit.addons import fleets


def test_charts_that_were_not_given_are_left_out_with_the_way_to_have_them() -> None:
    found = fidelity(fleets.fleet(), "stock", charts_installed=False)

    assert any("give --charts DIR" in line for line in found.left_out)
    assert not [line for line in found.real if "charts" in line]


def test_what_is_switched_off_in_an_installed_chart_is_said() -> None:
    found = fidelity(fleets.fleet(), "stock", charts_installed=True)

    assert any("charts: installed by Terraform" in line for line in found.real)
    assert any("the webhook of HAMi's chart" in line for line in found.left_out)
    assert any("HAMi's DRA chart" in line for line in found.left_out)
