"""What is heard of a deployment, from lines as the command line prints them."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.terraform_output import Changes, Hearing

STACKS = ("lab-slices-cluster", "lab-slices-device")


@dataclass
class Heard:
    """A progress that remembers."""

    steps: list[tuple[str, float, float, str]] = field(default_factory=list)

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        self.steps.append((name, done, total, note))


def hear(text: str) -> tuple[Hearing, Heard]:
    progress = Heard()
    hearing = Hearing(stacks=STACKS, progress=progress)
    for line in text.strip("\n").splitlines():
        hearing.hear(line)
    return hearing, progress


APPLY = """
lab-slices-cluster  Initializing the backend...
lab-slices-cluster  Terraform used the selected providers to generate the following plan.
  # kubectl_manifest.Node-a (pool/Node-a) will be created
Plan: 2 to add, 0 to change, 0 to destroy.
lab-slices-cluster  kubectl_manifest.Node-a (pool/Node-a): Creating...
lab-slices-device  Initializing the backend...
lab-slices-cluster  kubectl_manifest.Node-a (pool/Node-a): Creation complete after 0s [id=/a]
kubectl_manifest.Node-b (pool/Node-b): Creation complete after 0s [id=/b]
lab-slices-cluster  Apply complete! Resources: 2 added, 0 changed, 0 destroyed.
lab-slices-device  Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
"""


def test_each_stacks_changes_are_counted_from_what_terraform_says() -> None:
    hearing, _ = hear(APPLY)

    assert hearing.applied == {
        "lab-slices-cluster": Changes(added=2),
        "lab-slices-device": Changes(),
    }
    assert not hearing.faults


def test_progress_counts_resources_and_ends_when_terraform_is_through() -> None:
    _, progress = hear(APPLY)

    assert [step for step in progress.steps if step[0] == "lab-slices-cluster"] == [
        ("lab-slices-cluster", 0, 1, "initializing"),
        ("lab-slices-cluster", 0, 2, "applying"),
        ("lab-slices-cluster", 1, 2, "applying"),
        ("lab-slices-cluster", 1.5, 2, "applying"),
        ("lab-slices-cluster", 1, 1, "2 resources"),
    ]


FAILURE = """
lab-slices-device  kubectl_manifest.X (a/X): Creating...
lab-slices-cluster  Error: a failed to run apply: connection refused
  with kubectl_manifest.Node-a (pool/Node-a),
  on cdk.tf.json line 65, in resource.kubectl_manifest.Node-a (pool/Node-a):
  65:       },
Error: No value for required variable
  on cdk.tf.json line 144, in variable:
 144:     "kubeconfig_slices": {
The root module input variable "kubeconfig_slices" is not set, and has no
default value.
undefined
(node:9833) UnhandledPromiseRejectionWarning: Invoking Terraform CLI failed
lab-slices-device  Apply complete! Resources: 1 added, 0 changed, 0 destroyed.
Collecting Debug Information...
"""


def test_every_error_is_kept_with_its_stack_its_resource_and_its_words() -> None:
    hearing, _ = hear(FAILURE)

    assert [(fault.stack, str(fault)) for fault in hearing.faults] == [
        (
            "lab-slices-cluster",
            "kubectl_manifest.Node-a: a failed to run apply: connection refused",
        ),
        (
            "lab-slices-cluster",
            (
                'No value for required variable: The root module input variable "kubeconfig_slices"'
                " is not set, and has no default value."
            ),
        ),
    ]


def test_stacks_that_go_on_after_an_error_of_another_are_heard_to_the_end() -> None:
    hearing, _ = hear(FAILURE)

    assert hearing.applied == {"lab-slices-device": Changes(added=1)}


def test_the_command_line_has_given_up_when_it_looks_for_bugs() -> None:
    hearing, _ = hear(FAILURE)

    assert hearing.given_up


def test_an_error_before_any_stack_has_none() -> None:
    hearing, _ = hear("Usage Error: Could not find stack for pattern 'lab-nope'")

    (fault,) = hearing.faults
    assert fault.stack is None
    assert str(fault) == "Could not find stack for pattern 'lab-nope'"
