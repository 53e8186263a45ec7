"""Policies of users: read, tried on their examples, asked apart, and stopped in time."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from components.addons import admission
from environments.admission import own as own_policies
from environments.errors import InvalidInput, UsageError
from environments.load import load
from environments.model import Environment
from policies.cel import apart, own
from policies.evidence import manifests
from policies.finding import Severity
from policies.judge import judge
from policies.subject import Fleet
from tests.unit.addons import fleets

POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: latest-image
  annotations:
    gpu-fleet.dev/severity: high
    gpu-fleet.dev/why: nobody knows which version runs.
    gpu-fleet.dev/fix: name a version
spec:
  matchConstraints:
    resourceRules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  variables:
    - name: latest
      expression: object.spec.containers.filter(c, c.image.endsWith(':latest')).map(c, c.name)
  validations:
    - expression: size(variables.latest) == 0
      messageExpression: "'container ' + variables.latest[0] + ' runs the latest; name a version'"
---
apiVersion: v1
kind: Pod
metadata: {name: latest, annotations: {gpu-fleet.dev/example: refused}}
spec: {containers: [{name: main, image: "nginx:latest"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pinned, annotations: {gpu-fleet.dev/example: allowed}}
spec: {containers: [{name: main, image: "nginx:1.29"}]}
"""

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: main, image: "nginx:latest"}]
"""


def _directory(path: Path, text: str = POLICY, name: str = "latest-image") -> Path:
    (path / f"{name}.yaml").write_text(text)
    return path


def _found(path: Path, text: str) -> list[Any]:
    evidence = manifests.of_text(text.encode(), "web.yaml")
    return list(judge(Fleet(subjects=tuple(evidence.manifests)), own.load(path)).findings)


def test_a_policy_of_a_user_is_a_rule(tmp_path: Path) -> None:
    (rule,) = own.load(_directory(tmp_path))

    assert (rule.id, rule.pack, rule.severity) == ("latest-image", "own", Severity.HIGH)
    assert rule.docs.fix == "name a version"
    assert "nginx:latest" in rule.docs.bad[0].text


def test_the_pods_of_every_workload_are_judged(tmp_path: Path) -> None:
    (finding,) = _found(_directory(tmp_path), DEPLOYMENT)

    assert finding.message == "container main runs the latest"
    assert finding.fix == "name a version"
    assert (finding.subject, finding.place.line) == ("Deployment/web", 6)


def test_a_policy_about_other_objects_sees_them_whole(tmp_path: Path) -> None:
    policy = POLICY.split("---", maxsplit=1)[0].replace(
        "resources: [pods]", "resources: [deployments]"
    )
    policy = policy.replace("object.spec.containers", "object.spec.template.spec.containers")
    refused = DEPLOYMENT.replace(
        "name: web", "name: web, annotations: {gpu-fleet.dev/example: refused}"
    )
    allowed = refused.replace("refused", "allowed").replace("latest", "1.29")
    _directory(tmp_path, f"{policy}---{refused}---{allowed}")

    (finding,) = _found(tmp_path, DEPLOYMENT)

    assert (finding.message, finding.path) == ("container main runs the latest", ())


def test_selectors_of_namespaces_and_labels_are_kept(tmp_path: Path) -> None:
    selector = (
        "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [web]}]}"
    )
    text = POLICY.replace(
        "    resourceRules:", f"    namespaceSelector: {selector}\n    resourceRules:"
    )
    _directory(tmp_path, text)

    assert _found(tmp_path, DEPLOYMENT.replace("name: web", "name: web, namespace: web")) == []
    assert _found(tmp_path, DEPLOYMENT) != []


def test_the_tenancy_layer_places_it_as_it_stands(tmp_path: Path) -> None:
    fleet = _with_rules(_directory(tmp_path))
    made = admission.addon(fleet, "slices", fleets.demand()).manifests
    policy, binding = (one for one in made if one["metadata"]["name"] == "latest-image")

    assert policy["spec"] == next(iter(yaml.safe_load_all(POLICY)))["spec"]
    assert policy["metadata"]["annotations"]["gpu-fleet.dev/fix"] == "name a version"
    assert binding["spec"] == {"policyName": "latest-image", "validationActions": ["Deny"]}


def test_the_directory_is_seen_from_the_environments_file(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    _directory(tmp_path / "rules")
    tiny = Path(__file__).parents[1] / "tiny.yaml"
    text = tiny.read_text().replace("services: {}\njobs: {}\n", "settings: {rules: rules}\n")
    (tmp_path / "tiny.yaml").write_text(text)

    environment = load(str(tmp_path / "tiny.yaml")).environment
    made = admission.addon(environment, "infer", fleets.demand()).manifests

    assert "latest-image" in {one["metadata"]["name"] for one in made}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: latest-image", "name: other", 'the policy is called "other" and its file "latest-image"; name both alike'),
        ("severity: high", "severity: bad", "annotation gpu-fleet.dev/severity must be one of info, low, medium, high, critical"),
        ("gpu-fleet.dev/why: nobody knows which version runs.", "other: x", "annotation gpu-fleet.dev/why is missing; say it in a sentence"),
        ("example: refused", "example: allowed", "it has no example that is refused; add an object with gpu-fleet.dev/example: refused"),
        ("kind: ValidatingAdmissionPolicy", "kind: ClusterPolicy", "the first document must be a ValidatingAdmissionPolicy of admissionregistration.k8s.io/v1"),
        ("== 0", "=", "validation 1: 1:24: Syntax error: token recognition error at: '='"),
        ("== 0", ">= 0", 'example "latest" is allowed; correct the policy or the example'),
        ("== 0", "== 5", 'example "pinned" is refused; correct the policy or the example'),
        ("resources: [pods]}", "resources: [secrets]}", 'example "latest" is allowed; correct the policy or the example'),
        ("[CREATE]", "[UPDATE]", "no resource rule has the operation CREATE; nothing would be judged"),
        ("  validations:", "  paramKind: {kind: A}\n  validations:", "spec.paramKind is not supported; write the values into variables"),
        ("spec: {containers", "spec: {<<: *x, containers", '"*x" is an alias, and those are not read here; write the value out'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    _directory(tmp_path, POLICY.replace(old, new))

    with pytest.raises(InvalidInput) as raised:
        own.load(tmp_path)

    assert message in "\n".join(problem.message for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it holds no ValidatingAdmissionPolicy"),
        (b"\xff\xfe\x00", "codec can't decode byte"),
        (b"- 1\n- 2\n", "it holds no ValidatingAdmissionPolicy"),
        (
            b"a: &a [1]\nb: *a\n",
            '"*a" is an alias, and those are not read here; write the value out',
        ),
        (b"a: [" * 3000, ""),
        (b"a" * (1 << 19), "a policy has at most 262,144 bytes; this file has 524,288"),
    ],
)
def test_a_file_that_is_no_policy_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "broken.yaml").write_bytes(content)

    with pytest.raises(InvalidInput) as raised:
        own.load(tmp_path)

    assert message in raised.value.problems[0].message


def test_a_policy_with_the_name_of_one_of_ours_is_told(tmp_path: Path) -> None:
    _directory(tmp_path, POLICY.replace("latest-image", "privileged-gpu-pod"), "privileged-gpu-pod")

    with pytest.raises(InvalidInput, match='a policy called "privileged-gpu-pod" is there already'):
        own.load(tmp_path)


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no directory of rules at"):
        own.load(tmp_path / "missing")


class TestBudget:
    """A policy that takes all there is ends itself, and nothing else."""

    def test_a_policy_that_doubles_its_text_is_stopped(self, tmp_path: Path) -> None:
        text = _with_variables(["'x'", *(f"variables.v{at} + variables.v{at}" for at in range(60))])

        self._is_over_budget(_directory(tmp_path, text))

    def test_a_policy_that_doubles_a_list_is_stopped(self, tmp_path: Path) -> None:
        start = "[object, object]"
        text = _with_variables([start, *(f"variables.v{at} + variables.v{at}" for at in range(60))])

        self._is_over_budget(_directory(tmp_path, text))

    def test_a_policy_that_counts_without_end_is_stopped(self, tmp_path: Path) -> None:
        # Each alone is within the evaluator's own limit of steps.
        numbers = ", ".join(str(at) for at in range(90))
        loop = "variables.v0.all(a, variables.v0.all(b, a >= 0))"
        more = [f"variables.v{at} && {loop}" for at in range(1, 400)]
        text = _with_variables([f"[{numbers}]", loop, *more])
        policy = own.compiled(own_policies.read(_directory(tmp_path, text))[0])
        impatient = apart.Apart(seconds=0.05)

        with pytest.raises(apart.OverBudget, match=r"^it takes more than 0.05 s for one object$"):
            impatient.refusals(policy, {"object": {"spec": {"containers": []}}})

    def test_others_are_asked_after_one_was_stopped(self, tmp_path: Path) -> None:
        doubling = [f"variables.v{at} + variables.v{at}" for at in range(60)]
        # It passes its own examples, and has no end for an image of another name.
        text = _with_variables(["object.spec.containers[0].image.substring(0, 0)", *doubling])
        text = text.replace(
            "substring(0, 0)", "replace('nginx', '').replace(':latest', '').replace(':1.29', '')"
        )
        _directory(tmp_path, text.replace("name: latest-image", "name: never-ends"), "never-ends")
        rules = {rule.id: rule for rule in own.load(_directory(tmp_path))}
        other = DEPLOYMENT.replace("nginx", "other")
        web = manifests.of_text(f"{other}---{other}".encode(), "web.yaml").manifests

        report = judge(Fleet(subjects=tuple(web)), [rules["never-ends"], rules["latest-image"]])

        errors = [one for one in report.findings if one.outcome == "error"]
        assert [one.rule for one in errors] == ["never-ends"], "told once, not for each object"
        assert "it was not asked about further objects" in errors[0].message
        assert len([one for one in report.findings if one.rule == "latest-image"]) == 2

    def _is_over_budget(self, directory: Path) -> None:
        start = time.monotonic()
        with pytest.raises(InvalidInput) as raised:
            own.load(directory)

        said = raised.value.problems[0].message
        assert "it takes more" in said, said
        assert time.monotonic() - start < 20


def _made(path: Path) -> Path:
    path.mkdir()
    return path


def _with_variables(expressions: list[str]) -> str:
    variables = "".join(
        f'    - {{name: v{at}, expression: "{text}"}}\n' for at, text in enumerate(expressions)
    )
    last = f"size(variables.latest) == 0 && [variables.v{len(expressions) - 1}] != []"
    text = POLICY.replace("  validations:", f"{variables}  validations:")
    return textwrap.dedent(text.replace("size(variables.latest) == 0", last))


def _with_rules(directory: Path) -> Environment:
    fleet = fleets.fleet()
    settings = msgspec.structs.replace(fleet.settings, rules=str(directory))
    return msgspec.structs.replace(fleet, settings=settings)


def test_the_example_of_the_readme_is_a_rule(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "policies" / "README.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```yaml\n")[1:]]
    (text,) = [block for block in blocks if "kind: ValidatingAdmissionPolicy" in block]

    (rule,) = own.load(_directory(tmp_path, text))

    assert rule.id == "latest-image"
