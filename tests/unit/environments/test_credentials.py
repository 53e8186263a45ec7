"""A credential in a file is refused, and nothing that is said repeats it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from environments import credentials, load
from environments.errors import InvalidInput
from scripts import main
from tests.properties import strategies
from tests.unit.environments import made

SECRETS = [
    "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gaPhHcD",
    "AKLTYmI2NzJhOTA0NzQyNDc2NGFkODgxNWM",
    "LTAI5tFc2yqJkV7wXz1aQbNs",
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN RSA PRIVATE KEY-----",
]


def said(folder: Path, environment: str) -> str:
    """Everything that is said of the file, to people and to programs."""
    found = made.problems(folder, environment, None)
    assert any(problem.rule == "credential" for problem in found)
    return "\n".join(f"{problem} {problem.path}" for problem in found)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kubeconfig_env: SLICES_KUBECONFIG", "kubeconfig_env: {}"),
        ("kubeconfig_env: SLICES_KUBECONFIG", "kubeconfig_env: SLICES_KUBECONFIG, {}: x"),
        ("owner: search-platform", "owner: {}"),
        ("[cn-beijing-l]", "[cn-beijing-l, {}]"),
        ("name: small", "name: {}"),
        ("card: H100-80G", "card: {}"),
    ],
)
def test_what_looks_like_a_credential_is_refused_wherever_it_stands(
    tmp_path: Path, secret: str, before: str, after: str
) -> None:
    text = made.changed(made.ENVIRONMENT, (before, after.format(f'"{secret}"')))

    assert secret not in said(tmp_path, text)


@pytest.mark.parametrize(
    "line",
    [
        "access_key: hunter2hunter2",
        "secret-key: hunter2hunter2",
        "secretId: [hunter2hunter2]",
        "PASSWORD: 'hunter2hunter2'",
        "token: 0123456789",
        "token: 12:30",
        "password: *hunter2hunter2",
        "password: !hunter2hunter2 x",
        "credentials: ['hunter2hunter2', 0123456789]",
    ],
)
def test_what_is_called_a_credential_is_refused_whatever_it_is(tmp_path: Path, line: str) -> None:
    text = said(tmp_path, f"{made.ENVIRONMENT}{line}\n")

    for part in ("hunter2", "0123456789", "12:30"):
        assert part not in text


def test_a_secret_in_a_script_is_refused_and_a_reference_is_not(tmp_path: Path) -> None:
    script = (
        "        unlisted: true\n",
        '        unlisted: true\n        scripts: {{after: "curl -H token={} x"}}\n',
    )
    secret = made.changed(made.ENVIRONMENT, (script[0], script[1].format("abcdef123456")))
    reference = made.changed(made.ENVIRONMENT, (script[0], script[1].format("$TOKEN_OF_NODE")))

    assert "abcdef123456" not in said(tmp_path, secret)
    assert made.problems(tmp_path, reference, None) == ()


@pytest.mark.parametrize(
    "text",
    [
        "export TOKENIZERS_PARALLELISM=false MAX_TOKENS=131072000",
        "serve --tokenizer=/models/qwen-tokenizer --token-ttl=86400000",
        "export PASSWORD=$PASSWORD_OF_NODE SECRET_ID=${SECRET_ID}",
        "who has the password: see the wiki",
    ],
)
def test_what_only_sounds_like_a_credential_is_taken(tmp_path: Path, text: str) -> None:
    environment = made.changed(
        made.ENVIRONMENT,
        (
            "        unlisted: true\n",
            f"        unlisted: true\n        scripts: {{after: '{text}'}}\n",
        ),
        ("owner: search-platform", f"owner: '{text}'"),
    )

    assert made.problems(tmp_path, environment, None) == ()


def test_it_is_told_once_with_what_to_do_and_where(tmp_path: Path) -> None:
    text = made.changed(made.ENVIRONMENT, ("{H100-80G: 32}", "{H100-80G: 32}, secret_key: abc"))

    problem = made.the_problem(tmp_path, text)

    assert (problem.rule, problem.line) == ("credential", 15)
    assert problem.message == credentials.MESSAGE


def test_what_is_wrong_elsewhere_is_told_beside_it(tmp_path: Path) -> None:
    text = made.changed(
        made.ENVIRONMENT,
        ("owner: search-platform", "owner: LTAI5tFc2yqJkV7wXz1aQbNs"),
        ("card: H20-96G", "card: H20-95G"),
    )

    assert made.rules(tmp_path, text) == ["unknown-card", "credential"]


@pytest.mark.parametrize(
    "line",
    [
        "x: *LTAI5tFc2yqJkV7wXz1aQbNs",
        "LTAI5tFc2yqJkV7wXz1aQbNs: 1\nLTAI5tFc2yqJkV7wXz1aQbNs: 2",
        "token: 0777\nx: [",
        "token: [0777]\nx: [",
        "x: !LTAI5tFc2yqJkV7wXz1aQbNs y",
    ],
)
def test_what_is_wrong_with_the_yaml_is_told_without_it(tmp_path: Path, line: str) -> None:
    text = said(tmp_path, f"{made.ENVIRONMENT}{line}\n")

    assert "LTAI" not in text
    assert "0777" not in text


def test_demand_files_are_searched_too(tmp_path: Path) -> None:
    demand = made.changed(made.DEMAND, ("priority: serving", "priority: AKIDz8krbsJ5yKBZQpn74WF"))

    problem = made.the_problem(tmp_path, made.ENVIRONMENT, demand)

    assert problem.rule == "credential"


def test_programs_are_not_told_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = made.changed(made.ENVIRONMENT, ("name: small", f"name: small\n{SECRETS[0]}: x"))
    file = made.write(tmp_path, text)

    code = main.run(["validate", str(file), "--format", "json"])

    out = capsys.readouterr().out
    assert code == 2
    assert [p["rule"] for p in json.loads(out)["problems"]] == ["credential"]
    assert SECRETS[0] not in out


@given(st.data())
def test_no_message_about_any_file_repeats_a_credential(
    tmp_path: Path, drawn: st.DataObject
) -> None:
    good = yaml.safe_load(made.ENVIRONMENT)
    path = drawn.draw(st.sampled_from([p for p in strategies.paths(good) if p]))
    broken = drawn.draw(strategies.broken(good))
    holder = broken
    for part in path[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if not isinstance(holder, dict):
        return
    holder[drawn.draw(st.sampled_from([path[-1], SECRETS[1]]))] = SECRETS[0]
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(broken), encoding="utf-8")

    try:
        load.load(str(file))
    except InvalidInput as invalid:
        text = "\n".join(f"{problem} {problem.path}" for problem in invalid.problems)
        assert "credential" in text
        assert SECRETS[0] not in text
        assert SECRETS[1] not in text
    else:
        pytest.fail("a file with a credential was taken")
