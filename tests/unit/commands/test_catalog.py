"""`fleet catalog`: what it prints, what it leaves out, and what it says of a wrong word."""

from __future__ import annotations

import json

import pytest

from environments import cards, catalogue
from scripts import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run(["catalog", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_every_instance_type_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)

    assert (code, err) == (0, "")
    types = [line.split()[1] for line in out.splitlines()[1:]]
    assert types == [name for cloud in catalogue.table().values() for name in cloud]


def test_filters_are_taken_together(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--cloud", "volcengine", "--card", "H20-96G", "--rdma")

    assert code == 0
    assert out.splitlines() == [
        "CLOUD       INSTANCE TYPE               CARDS  CARD     CORES  MEMORY  NET GBPS  RDMA       NOTE",
        "volcengine  ecs.hpcpni3ln.45xlarge ?    8      H20-96G                           yes",
        "volcengine  ecs.ebmhpcpni3l.48xlarge ?  8      H20-96G  192    2048Gi  96        3200 Gbps  bare metal; 4 x 3576Gi NVMe",
    ]


def test_a_type_that_makes_no_pool_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--cloud", "tencentcloud", "--card", "T4-16G")

    (line,) = (line for line in out.splitlines() if "GN7.LARGE20" in line)
    assert line.endswith(
        "not for pools: it has a quarter of a card, cut by the vendor; HAMi cannot cut it again"
    )


def test_the_card_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--cards")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(cards.table())


def test_json_has_cards_and_types_with_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--card", "L20-48G", "--format", "json")

    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["format"] == "gpu-fleet-catalog/1"
    assert list(answer["cards"]) == ["L20-48G"]
    assert {it["card"] for it in answer["instance_types"]} == {"L20-48G"}
    by_name = {it["name"]: it for it in answer["instance_types"]}
    assert by_name["ecs.gn8is-8x.32xlarge"]["memory"] == "1024Gi"
    assert by_name["ecs.gn8is-8x.32xlarge"]["verified"] is True
    assert by_name["ecs.gn8is-8x.32xlarge"]["source"].startswith("Alibaba Cloud, ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--card", "H20-95G"),
            'fleet: no card "H20-95G" in the card table; did you mean "H20-96G"?\n',
        ),
        (("--cloud", "aws"), "'aws' is not one of 'volcengine', 'tencentcloud', 'alicloud'"),
    ],
)
def test_an_unknown_word_is_a_mistake_of_usage(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], said: str
) -> None:
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (2, "")
    assert said in err


def test_nothing_found_is_said_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--cloud", "volcengine", "--card", "V100-32G")

    assert (code, out, err) == (0, "", "no instance type is like that\n")
