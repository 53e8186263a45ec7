"""`fleet lint` and `fleet rules` as a person uses them: arguments, reports, exit codes."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from environments import load
from scripts import main
from scripts.linting import synthesized
from stacks import names

HERE = Path(__file__).parent
SAMPLES = HERE / "sample_rules"

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: search}
spec:
  containers:
    - name: main
      image: "example.com/one:1.0"
"""
BAD = (
    POD
    + """\
      securityContext: {privileged: true}
      resources: {limits: {nvidia.com/gpu: 1}}
"""
)
OPEN_POOL = {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"force_delete": True}}}}


@pytest.fixture
def fleet(capsys, tmp_path, monkeypatch):
    """Run `fleet` in an empty directory: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(synthesized, "KEPT", tmp_path / "kept")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main.run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def environment(tmp_path) -> Path:
    """The small environment of the cases, with the sample rules."""
    folder: Path = tmp_path
    data = yaml.safe_load((HERE / "tiny.yaml").read_text())
    data = {key: value for key, value in data.items() if key not in {"services", "jobs"}}
    data["settings"] = {"rules": "own"}
    file = folder / "tiny.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    shutil.copytree(SAMPLES, tmp_path / "own")
    return file


def found(out: str) -> list[tuple[str, str, int | None]]:
    return [
        (f["rule"], f["subject"], f["place"] and f["place"]["line"])
        for f in json.loads(out)["findings"]
        if not f["waiver"]
    ]


# --- what is judged ------------------------------------------------------------


@pytest.mark.parametrize("name", ["lab", "staging", "production"])
def test_the_reference_environments_have_no_finding(fleet, name):
    code, out, _ = fleet("lint", name, "--no-synth", "--format", "json")

    assert found(out) == []
    assert code == 0


def test_a_rule_beside_the_environment_runs_like_one_of_ours(fleet, environment):
    text = environment.read_text().replace("desired: 3", "desired: 1")
    environment.write_text(text)

    code, out, _ = fleet("lint", str(environment), "--no-synth", "--select", "pool-of-one-node", "--format", "json")  # fmt: skip

    line = text.split("\n").index("          desired: 1") + 1
    assert found(out) == [("pool-of-one-node", "clusters.infer.pools.h20", line)]
    assert code == 1


def test_manifests_are_read_from_files_directories_and_standard_input(fleet, tmp_path, monkeypatch):
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "pod.yaml").write_text(BAD)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(POD.encode())))

    code, out, _ = fleet("lint", "--manifests", "k8s", "--manifests", "-", "--format", "json", "--fail-on", "never")  # fmt: skip

    assert code == 0
    assert json.loads(out)["checked"] == 2


def test_terraform_and_plans_of_others_are_judged_with_their_own_lines(fleet, tmp_path):
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "cdk.tf.json").write_text(json.dumps(OPEN_POOL, indent=1))

    code, out, _ = fleet("lint", "--terraform", "tf", "--select", "alibaba-pool-deleted-by-force", "--format", "json")  # fmt: skip

    assert found(out) == [("alibaba-pool-deleted-by-force", "tf:alicloud_cs_kubernetes_node_pool.h20", 5)]  # fmt: skip
    assert code == 1


def test_the_stacks_of_an_environment_lead_back_to_its_lines(fleet, environment, tmp_path):  # fmt: skip
    loaded = load.load(str(environment))
    directory = tmp_path / "kept" / "tiny"
    for stack in names.order(loaded.environment):
        folder = directory / "stacks" / str(stack)
        folder.mkdir(parents=True)
        body = OPEN_POOL if str(stack) == "tiny-infer-device" else {}
        (folder / "cdk.tf.json").write_text(json.dumps(body))
    (directory / "key").write_text(synthesized.key(loaded))

    _, out, err = fleet("lint", str(environment), "--select", "delete-safety", "--format", "json")

    line = environment.read_text().split("\n").index("      h20:") + 1
    assert ("alibaba-pool-deleted-by-force", "tiny-infer-device:alicloud_cs_kubernetes_node_pool.h20", line) in found(out)  # fmt: skip
    assert err == ""


def test_stacks_of_another_state_of_the_environment_are_not_judged(fleet, environment, tmp_path):
    loaded = load.load(str(environment))
    directory = tmp_path / "kept" / "tiny"
    for stack in names.order(loaded.environment):
        (directory / "stacks" / str(stack)).mkdir(parents=True)
        (directory / "stacks" / str(stack) / "cdk.tf.json").write_text("{}")
    (directory / "key").write_text(synthesized.key(loaded))
    assert synthesized.at_hand(loaded) == directory

    environment.write_text(environment.read_text() + "# a thought\n")

    assert synthesized.at_hand(load.load(str(environment))) is None


def test_a_rule_that_breaks_down_fails_the_run_whatever_its_severity(fleet, environment):
    own = environment.parent / "own"
    text = (own / "pool_of_one_node.py").read_text()
    (own / "pool_of_one_node.py").write_text(text.replace("pool.pool.nodes", "pool.nodes"))

    code, out, _ = fleet("lint", str(environment), "--no-synth", "--fail-on", "never", "--select", "pool-of-one-node")  # fmt: skip

    assert code == 1
    assert "the rule broke down: AttributeError" in out


def test_what_was_not_judged_is_told(fleet, environment):
    _, _, err = fleet("lint", str(environment), "--no-synth")

    assert "the Terraform JSON of the stacks was not judged" in err


def test_a_place_without_anything_to_judge_is_told(fleet, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "values.yaml").write_text("replicas: 3\n")

    code, _, err = fleet("lint", "--manifests", "values.yaml", "--terraform", "empty")

    assert code == 0
    assert err.splitlines() == [
        "no Kubernetes object in values.yaml (one file)",
        "no *.tf.json in empty; HCL is not read: see `terraform show -json`",
    ]


# --- what is accepted ----------------------------------------------------------


def test_a_waiver_of_the_environment_is_shown_as_such_and_no_waivers_brings_it_back(fleet, environment):  # fmt: skip
    waiver = {"rule": "pool-of-one-node", "subject": "clusters.infer.*", "reason": "a laboratory", "owner": "search", "until": "2099-01-31"}  # fmt: skip
    text = environment.read_text().replace("desired: 3", "desired: 1")
    environment.write_text(text + yaml.safe_dump({"waivers": [waiver]}))
    arguments = ("lint", str(environment), "--no-synth", "--select", "own")

    waived = fleet(*arguments, "--format", "json")
    back = fleet(*arguments, "--no-waivers", "--format", "json")

    (finding,) = json.loads(waived[1])["findings"]
    assert (waived[0], back[0]) == (0, 1)
    assert finding["waiver"] == {"reason": "a laboratory", "owner": "search", "until": "2099-01-31", "channel": "environment"}  # fmt: skip


def test_a_baseline_accepts_what_was_there_and_fails_on_what_is_new(fleet, tmp_path):
    (tmp_path / "a.yaml").write_text(BAD)
    arguments = ("lint", "--manifests", ".", "--baseline", "b.json")
    first = fleet("lint", "--manifests", ".", "--format", "json", "--fail-on", "never")
    assert found(first[1]) != []

    written = fleet(*arguments, "--update-baseline")
    again = fleet(*arguments, "--format", "json", "--fail-on", "info")
    (tmp_path / "b.yaml").write_text(BAD)
    copied = fleet(*arguments, "--format", "json", "--fail-on", "info")

    assert written[0] == 0
    assert (again[0], found(again[1])) == (0, [])
    assert copied[0] == 1
    assert {rule for rule, _, _ in found(copied[1])} == {rule for rule, _, _ in found(first[1])}


def test_only_changed_files_are_reported_and_all_are_judged(fleet, tmp_path):
    bad = BAD
    (tmp_path / "old.yaml").write_text(bad)
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):  # fmt: skip
        subprocess.run(["git", *words], check=True, cwd=tmp_path)
    (tmp_path / "new.yaml").write_text(bad.replace("name: one", "name: two"))
    arguments = ("lint", "--manifests", ".", "--format", "json", "--fail-on", "never")

    every = json.loads(fleet(*arguments)[1])
    changed = json.loads(fleet(*arguments, "--changed-only", "HEAD")[1])

    assert {f["place"]["file"] for f in every["findings"]} == {"old.yaml", "new.yaml"}
    assert {f["place"]["file"] for f in changed["findings"]} == {"new.yaml"}
    assert changed["checked"] == 2


# --- reports and exit codes ----------------------------------------------------


def test_several_reports_are_written_in_one_run(fleet, tmp_path):
    (tmp_path / "a.yaml").write_text(BAD)

    _, out, _ = fleet("lint", "--manifests", "a.yaml", "--output", "sarif=out/lint.sarif", "--output", "json=lint.json")  # fmt: skip

    assert "privileged-gpu-pod" in out
    assert json.loads((tmp_path / "out/lint.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tmp_path / "lint.json").read_text())["format"] == "gpu-fleet-lint/1"


def test_a_broken_file_is_told_beside_the_others_and_ends_with_2(fleet, tmp_path):
    (tmp_path / "bad.yaml").write_text("apiVersion: v1\na: [\n")
    (tmp_path / "good.yaml").write_text(POD)

    code, out, _ = fleet("lint", "--manifests", ".", "--format", "json")

    assert code == 2
    assert ("unreadable-file", "bad.yaml", 3) in found(out)
    assert json.loads(out)["checked"] == 1


def test_an_environment_that_is_none_is_reported_with_its_lines(fleet, tmp_path):
    (tmp_path / "x.yaml").write_text("name: x\nclusters: {}\n")

    code, out, _ = fleet("lint", "./x.yaml", "--format", "json")

    assert code == 2
    assert found(out) == [("wrong-value", "clusters", 2)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to judge; give ENV, --manifests, --terraform, --plan or --live"),
        (["--manifests", "none"], "--manifests: no such file or directory: none"),
        (["nowhere"], 'no environment "nowhere"'),
        (["lab", "--no-synth", "--select", "delete-safty"], '--select: no rule, pack or severity "delete-safty"; did you mean "delete-safety"?'),
        (["lab", "--output", "sarif"], '--output: "sarif" is not FORMAT=FILE; formats: text, json, sarif'),
        (["lab", "--no-synth", "--baseline", "none.json"], "cannot read none.json: no such file or directory; --update-baseline writes it"),
        (["lab", "--no-synth", "--live", "slice=x"], '--live: no cluster "slice"; did you mean "slices"?'),
        (["--live", "slices=x"], '--live: no cluster "slices"; give ENV, or the kubeconfig alone'),
        (["--live", "none"], "none: no kubeconfig at none; is the path right?"),
        (["lab", "--prune"], "which baseline? give --baseline FILE"),
        (["lab", "--no-synth", "--changed-only", "HEAD"], "--changed-only: not a git repository"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_said_in_one_line(fleet, arguments, said):
    code, _, err = fleet("lint", *arguments)

    assert code == (3 if "kubeconfig at" in said else 2)
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_own_rules_that_are_none_are_told_with_their_lines(fleet, environment):
    own = environment.parent / "own"
    (own / "broken.py").write_text('"""X."""\n\nimport no_such_module\n')
    (own / "empty.py").write_text('"""X."""\n')
    (own / "syntax.py").write_text("def (\n")
    (own / "pool_of_one_node.py").write_text(
        (own / "pool_of_one_node.py").read_text().replace("Fix:", "Mend:")
    )

    code, _, err = fleet("lint", str(environment), "--no-synth")

    assert code == 2
    assert [line.split("own/")[1].split("; the rule")[0] for line in err.strip().splitlines()] == [
        "broken.py:3:1: broken-rule: ModuleNotFoundError: No module named 'no_such_module'",
        'empty.py:1:1: broken-rule: TypeError: it has no "check" that is made by @rule',
        'pool_of_one_node.py:1:1: broken-rule: ValueError: a rule needs "Fix: ..." in its docstring',
        "syntax.py:1:1: broken-rule: SyntaxError: invalid syntax (syntax.py, line 1)",
    ]


def test_own_rules_in_a_directory_that_is_not_there_are_a_usage_error(fleet, environment):
    shutil.rmtree(environment.parent / "own")

    code, _, err = fleet("lint", str(environment), "--no-synth")

    assert code == 2
    assert "create it or change settings.rules" in err


OWN_POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: pod-without-team
  annotations:
    gpu-fleet.dev/severity: medium
    gpu-fleet.dev/why: nobody knows whom to ask about it
    gpu-fleet.dev/fix: set the label team
spec:
  matchConstraints:
    resourceRules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  validations:
    - expression: "has(object.metadata.labels) && 'team' in object.metadata.labels"
      message: "the pod has no team"
---
apiVersion: v1
kind: Pod
metadata: {name: refused, annotations: {gpu-fleet.dev/example: refused}}
spec: {containers: [{name: main, image: "example.com/a:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: allowed, labels: {team: a}, annotations: {gpu-fleet.dev/example: allowed}}
spec: {containers: [{name: main, image: "example.com/a:1"}]}
"""


def test_a_policy_of_the_user_in_cel_runs_beside_the_rules_in_python(fleet, environment, tmp_path):
    (environment.parent / "own" / "pod-without-team.yaml").write_text(OWN_POLICY)
    (tmp_path / "pod.yaml").write_text(POD)

    _, out, err = fleet("lint", str(environment), "--no-synth", "--manifests", "pod.yaml", "--select", "own", "--format", "json", "--fail-on", "never")  # fmt: skip

    assert err.startswith("the Terraform JSON") or err == ""
    assert ("pod-without-team", "Pod/search/one") in [found[:2] for found in found(out)]
    assert ("container-without-limits", "Pod/search/one") in [found[:2] for found in found(out)]


# --- fleet rules ---------------------------------------------------------------


def test_rules_are_listed_pack_by_pack(fleet):
    code, out, err = fleet("rules")

    assert code == 0
    assert "delete-safety\n  " in out
    assert int(err.split()[0]) >= 70


def test_a_rule_is_explained(fleet):
    code, out, _ = fleet("rules", "alibaba-pool-deleted-by-force")

    assert code == 0
    for part in ("looks at:", "why:", "fix:", "bad (terraform):", "good (terraform):"):
        assert part in out


def test_a_rule_that_is_not_there_is_guessed(fleet):
    code, _, err = fleet("rules", "alibaba-pool-deleted-by-foce")

    assert code == 2
    assert 'did you mean "alibaba-pool-deleted-by-force"?' in err


def test_rules_as_json_are_versioned_and_hold_all_there_is(fleet, environment):
    _, out, _ = fleet("rules", "--of", str(environment), "--select", "own", "--format", "json")

    data = json.loads(out)
    assert data["format"] == "gpu-fleet-rules/1"
    assert [rule["id"] for rule in data["rules"]] == sorted(
        file.stem.replace("_", "-") for file in SAMPLES.glob("[a-z]*.py")
    )
