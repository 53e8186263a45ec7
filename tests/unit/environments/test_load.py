"""From a name or a path to a model, or to everything that is wrong at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from environments import catalogue, load
from environments.errors import InvalidInput, UsageError
from tests.unit.environments import made

ROOT = Path(__file__).parents[3]


# --- names and files -----------------------------------------------------------------


def test_the_environments_of_the_checkout_are_known_by_name() -> None:
    assert {"expansion", "lab", "production", "staging"} <= set(load.names())
    assert not {"cards", "instance_types", "replacements"} & set(load.names())


@pytest.mark.parametrize("name", load.names())
def test_every_environment_of_the_checkout_loads(name: str) -> None:
    loaded = load.load(name)

    assert loaded.environment.name == name
    assert loaded.demand.workloads()
    assert loaded.document.place(("clusters",)).line > 1
    assert loaded.demand_document is not None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("prodction", 'no environment "prodction"; did you mean "production"?'),
        ("xyz", 'no environment "xyz"; there is lab, production, staging'),
        ("", 'no environment ""; there is lab, production, staging'),
        ("cards", 'no environment "cards"; there is lab, production, staging'),
        (
            "no/such.yaml",
            "no such file: no/such.yaml; give a path or one of lab, production, staging",
        ),
        (
            "environments/",
            "no such file: environments/; give a path or one of lab, production, staging",
        ),
        ("a\0b.yaml", "no such file: a\0b.yaml; give a path or one of lab, production, staging"),
    ],
)
def test_what_is_not_there_is_a_mistake_of_usage(
    name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "names", lambda: ["lab", "production", "staging"])

    with pytest.raises(UsageError) as raised:
        load.load(name)

    assert str(raised.value) == message
    assert raised.value.exit_code == 2


def test_a_file_that_cannot_be_opened_is_a_mistake_of_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made.write(tmp_path, made.ENVIRONMENT)

    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match=r"cannot read .*small.yaml: permission denied"):
        load.load(str(file))


def test_an_environment_may_have_no_demand(tmp_path: Path) -> None:
    loaded = load.load(str(made.write(tmp_path, made.ENVIRONMENT)))

    assert loaded.demand.workloads() == {}
    assert loaded.demand_document is None


def test_files_are_named_as_they_would_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    file = made.write(tmp_path / "below", "name: small")

    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match=r"^below/small.yaml:1:1: missing-key"):
        load.load(str(file))
    monkeypatch.chdir(tmp_path / "below" / "demand")
    with pytest.raises(InvalidInput, match=rf"^{file}:1:1: missing-key"):
        load.load(str(file))


def test_what_is_written_comes_back_as_it_was_written(tmp_path: Path) -> None:
    loaded = load.load(str(made.write(tmp_path, made.ENVIRONMENT, made.DEMAND)))
    machines = {
        pool.card: str(catalogue.machine(cluster, pool).cpu)
        for cluster in loaded.environment.clusters.values()
        for pool in cluster.pools.values()
    }

    assert machines == {"H20-96G": "96", "H100-80G": "192"}


# --- everything at once ----------------------------------------------------------------


def test_the_environment_is_told_before_the_demand_and_each_in_order(tmp_path: Path) -> None:
    environment = made.changed(
        made.ENVIRONMENT, ("cards: 16", "cards: many"), ("card: H20-96G", "card: H20")
    )
    demand = made.changed(made.DEMAND, ("busy: 0.8", "busy: 8"), ("replicas: 40", "replicas: 0"))

    found = made.problems(tmp_path, environment, demand)

    assert [(Path(problem.file).parent.name, problem.line) for problem in found] == [
        (tmp_path.name, 9),
        (tmp_path.name, 39),
        ("demand", 2),
        ("demand", 4),
    ]


def test_a_wrong_value_does_not_hide_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    environment = made.changed(
        made.ENVIRONMENT,
        ('kubernetes: "1.36"', "kubernetes: 1.36"),
        ("card: H20-96G", "card: H20"),
        ("quota: {H100-80G: 32}", "quota: {H100-80G: 8}"),
        ("priorities: [serving]", "priorities: [training, sailing]"),
    )

    assert made.rules(tmp_path, environment) == [
        "wrong-type",
        "unknown-card",
        "pool-over-quota",
        "unknown-priority",
        "unknown-priority",
    ]


def test_what_only_follows_from_another_fault_is_not_told(tmp_path: Path) -> None:
    environment = made.changed(made.ENVIRONMENT, ("    sharing: none\n", ""))

    problem = made.the_problem(tmp_path, environment)

    assert (problem.rule, problem.line) == ("missing-key", 14)


def test_a_file_that_cannot_be_read_does_not_hide_the_other(tmp_path: Path) -> None:
    demand = made.changed(made.DEMAND, ("replicas: 40", "replicas: 0"))

    assert made.rules(tmp_path, "name: [", demand) == ["not-yaml", "out-of-range"]


def test_a_thousand_problems_are_told_by_the_first_of_them(tmp_path: Path) -> None:
    names = "".join(f"  Bad_{i}: {{}}\n" for i in range(1000))

    found = made.problems(tmp_path, f"name: small\nclusters:\n{names}", None)

    assert len(found) == 201
    assert found[-1].rule == "too-many-problems"
    assert found[-1].line == found[-2].line


def test_a_fault_between_many_parts_is_told_by_the_first_of_them(tmp_path: Path) -> None:
    tenants = "".join(
        f"  t{i}: {{owner: x, priorities: [serving], clusters: {{gone: {{quota: {{}}}}}}}}\n"
        for i in range(300)
    )

    assert len(made.problems(tmp_path, made.ENVIRONMENT + tenants)) == 201


# --- what it costs -----------------------------------------------------------------------


def test_a_good_file_is_loaded_without_the_schema_validator() -> None:
    code = "import sys; from environments import load; load.load('production'); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert {"jsonschema", "cdktn", "cdktf", "rpds", "kubernetes", "click"} & set(modules) == set()
