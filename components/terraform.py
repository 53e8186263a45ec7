"""How are synthesized stacks deployed and planned?

Deploying is the CDK command line's business (`cdktf deploy`), a plan of one stack
is asked from Terraform itself. Both run in an environment of their own: nothing
that a person's shell says about Terraform, Kubernetes or Helm reaches them, for
one `KUBE_HOST` would turn a twin's deployment against a real cluster.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from components import terraform_run
from components.controlplane import tools
from components.controlplane.progress import Progress, Silent
from components.terraform_output import PLAN, Changes, Fault, Hearing
from environments.errors import OutsideError, UsageError

__all__ = ["Changes", "Workspace", "deploy", "isolated", "plan", "plans", "stacks"]

_FOREIGN = re.compile(r"(TF|KUBE|KUBECTL|KUBERNETES|HELM|CDKTF|CDKTN|NPM_CONFIG)_|KUBECONFIG$|CI$")
"""Variables of a person's shell that change what Terraform does, or where."""

_UNREACHABLE = re.compile(
    r"connection refused|connection reset|i/o timeout|TLS handshake timeout|no route to host"
    r"|unexpected EOF|: EOF|server is currently unable|http2: |context deadline exceeded"
)
_STEPS = {
    "provider packages|install provider": "open the network to the Terraform registry",
    "acquiring the state lock": "wait for the other run to end and run again",
}
"""What to do about some of Terraform's errors."""

_SHOWN = 600
"""Characters of an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A directory of synthesized stacks, and all that their tools need to work on it."""

    out: Path
    """What the app has written: `cdktf.out`."""
    checkout: Path
    """Where `cdktf.json` is."""
    cli: tuple[str, ...]
    """The first words of a call of the CDK's command line."""
    terraform: Path
    variables: Mapping[str, str]
    """The whole environment of the tools."""
    kubeconfigs: Collection[Path] = field(default=())

    @property
    def log(self) -> Path:
        """All that the last deployment printed."""
        return self.out / "deploy.log"

    def directory(self, stack: str) -> Path:
        """The stack's Terraform configuration."""
        return self.out / "stacks" / stack


def isolated(
    *,
    out: Path,
    home: Path,
    kubeconfigs: Mapping[str, Path],
    request: Mapping[str, str],
    providers: Collection[str] = tools.PROVIDERS,
    progress: Progress | None = None,
) -> Workspace:
    """A workspace on `out` that leaves nothing behind; gets the tools it needs first.

    `home` takes whatever the tools would leave in a home directory, `kubeconfigs`
    are files by the Terraform variable that takes their path, `request` is what
    the app is asked for, as environment variables, and `providers` are those that
    need no registry.
    """
    cli = tools.cdktf_cli(progress)
    mirror = tools.provider_mirror(providers, progress)
    terraform = tools.terraform()
    named = {f"TF_VAR_{name}": str(path.resolve()) for name, path in kubeconfigs.items()}
    variables = {
        **unled(os.environ),
        **tools.node_environment(),
        **mirror.environment,
        **request,
        **named,
        "TERRAFORM_BINARY_NAME": str(terraform),
        "HOME": str(_made(home)),
        "CDKTF_HOME": str(_made(home)),
        # The mirror's providers are linked from it; others are fetched once, not for each stack.
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
        "TF_PLUGIN_CACHE_DIR": str(_made(mirror.configuration.parent / "plugins")),
        "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
    }
    return Workspace(
        out=out.resolve(),
        checkout=Path(__file__).resolve().parent.parent,
        cli=tuple(cli),
        terraform=terraform,
        variables=variables,
        kubeconfigs=tuple(kubeconfigs.values()),
    )


def unled(shell: Mapping[str, str]) -> dict[str, str]:
    """A person's environment without what would lead the tools elsewhere, and made quiet."""
    kept = {name: value for name, value in shell.items() if not _FOREIGN.match(name)}
    return {
        **kept,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "DISABLE_VERSION_CHECK": "1",
        "CI": "1",
        "NO_COLOR": "1",
        "FORCE_COLOR": "0",
        # Terraform and its providers collect garbage less often: a fifth less processor time.
        "GOGC": "400",
        # One stack that fails would end the command line, and leave the others halfway.
        "NODE_OPTIONS": "--unhandled-rejections=warn",
    }


def stacks(out: Path) -> tuple[str, ...]:
    """The names of the stacks that the app has written."""
    try:
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    except OSError:
        raise UsageError(f"no stacks in {out}; synthesize them first") from None
    return tuple(manifest["stacks"])


def deploy(
    place: Workspace,
    names: Iterable[str] | None = None,
    *,
    progress: Progress | None = None,
    at_once: int = 3,
    parallelism: int = 16,
) -> dict[str, Changes]:
    """Deploy stacks, all when none is named, each after those it builds on.

    `at_once` stacks side by side, with `parallelism` resources of each. Stacks
    that are left out must be deployed already. OutsideError with what Terraform
    said when one fails; those that had begun are brought to their end first.
    """
    chosen = tuple(names or stacks(place.out))
    _refuse_missing(place.kubeconfigs)
    hearing = Hearing(stacks=chosen, progress=progress or Silent())
    call = [
        *(*place.cli, "deploy", *chosen, "--auto-approve", "--skip-synth", "--skip-provider-lock"),
        *_side_by_side(place, chosen, at_once),
        *("--terraform-parallelism", str(parallelism)),
        *("--output", str(place.out), "--no-color"),
    ]
    with place.log.open("w", encoding="utf-8") as log:

        def heard(line: str) -> None:
            log.write(line + "\n")
            hearing.hear(line)

        status = terraform_run.run(
            call,
            folder=place.checkout,
            environment=place.variables,
            heard=heard,
            # It would then ask a dozen programs for their versions, for a bug report.
            over=lambda: hearing.given_up,
        )
    if status != 0 or hearing.faults:
        raise _failed(place, hearing)
    return hearing.applied


def plan(place: Workspace, stack: str, *, parallelism: int = 16) -> Changes:
    """What an apply of the stack would change now. OutsideError when it cannot be told."""
    if not (place.directory(stack) / ".terraform").is_dir():
        _terraform(place, stack, "init", "-input=false", "-no-color")
    said = _terraform(
        place,
        stack,
        *("plan", "-input=false", "-no-color", "-lock=false", f"-parallelism={parallelism}"),
    )
    found = PLAN.search(said)
    if found is None:
        return Changes()
    added, changed, destroyed = map(int, found.groups())
    return Changes(added=added, changed=changed, destroyed=destroyed)


def plans(
    place: Workspace,
    names: Iterable[str] | None = None,
    *,
    progress: Progress | None = None,
    at_once: int = 2,
) -> dict[str, Changes]:
    """A plan of each stack, all when none is named."""
    chosen = tuple(names or stacks(place.out))
    _refuse_missing(place.kubeconfigs)
    found: dict[str, Changes] = {}
    with ThreadPoolExecutor(at_once) as pool:
        for stack, changes in zip(
            chosen, pool.map(lambda name: plan(place, name), chosen), strict=True
        ):
            found[stack] = changes
            (progress or Silent()).step("plans", len(found), len(chosen), stack)
    return found


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory.resolve()


def _side_by_side(place: Workspace, chosen: Collection[str], at_once: int) -> tuple[str, ...]:
    if set(chosen) == set(stacks(place.out)):
        return ("--parallelism", str(at_once))
    # The command line then minds no dependency at all, so one after the other as they were named.
    return ("--ignore-missing-stack-dependencies", "--parallelism", "1")


def ran(place: Workspace, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Terraform in the folder of a stack; what its status means is for the caller to say."""
    return subprocess.run(
        (str(place.terraform), *arguments),
        cwd=place.directory(stack),
        env=dict(place.variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _terraform(place: Workspace, stack: str, *arguments: str) -> str:
    done = ran(place, stack, *arguments)
    if done.returncode != 0:
        raise OutsideError(f"{stack}: {told_by(done.stdout + done.stderr)}")
    return done.stdout


def told_by(output: str) -> str:
    """The first error in what Terraform printed, in a line, with the next step."""
    hearing = Hearing(stacks=(), progress=Silent())
    for line in output.splitlines():
        hearing.hear(line.strip("│╷╵ "))
    return _told(hearing.faults)


def _refuse_missing(kubeconfigs: Iterable[Path]) -> None:
    # The provider would take "no kubeconfig" for the API server on localhost.
    for path in kubeconfigs:
        if not path.is_file():
            raise OutsideError(f"no kubeconfig at {path}; start the control plane first")


def _failed(place: Workspace, hearing: Hearing) -> OutsideError:
    named = [fault for fault in hearing.faults if fault.stack] or hearing.faults
    stack = named[0].stack if named else None
    told = _told([fault for fault in named if fault.stack == stack])
    return OutsideError(f"{stack or 'cdktf deploy'}: {told}; all output is in {place.log}")


def _told(faults: Sequence[Fault]) -> str:
    """The first fault in a line, with the next step where we know one."""
    if not faults:
        return "it failed without a word"
    first = " ".join(str(faults[0]).split())[:_SHOWN]
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    if gone := _UNREACHABLE.search(first):
        return f"its control plane does not answer ({gone[0]}){others}; start it and run again"
    for pattern, step in _STEPS.items():
        if re.search(pattern, first):
            return f"{first}{others}; {step}"
    return first + others
