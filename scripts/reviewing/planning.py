"""Plans of an environment's stacks: made, kept, and known by what they would change.

They lie below `.fleet/plans/ENV`; `kept.json` beside them says which hash each has.
With `twin` it is the twin's stacks that are planned, against its control planes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from components import terraform, terraform_plans
from components.clouds.embedded.twin import twin_of
from components.controlplane import planes
from components.terraform import Workspace
from environments.errors import InvalidInput, OutsideError, UsageError
from environments.load import Loaded
from environments.model import Local
from environments.phrases import known_or_meant
from policies.review.review import changing, digest, of_stacks
from scripts import synthesis
from scripts.console import Reporter
from scripts.rehearsal.place import FLEET, Place
from scripts.reviewing import reading
from stacks import names
from stacks.request import STATES, Request

PLANS = FLEET / "plans"


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One stack: its plan, or why there is none."""

    stack: str
    seconds: float
    hash: str = ""
    document: str = ""
    """Its JSON. It holds secrets in clear."""
    binary: str = ""
    changes: int = 0
    drift: int = 0
    error: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All plans of one run, in the order in which they would be applied."""

    environment: str
    hash: str
    """Of all stacks together; empty where one could not be planned."""
    stacks: tuple[Planned, ...]
    format: str = "gpu-fleet-plan/1"


def chosen(loaded: Loaded, wanted: Sequence[str]) -> list[str]:
    """The stacks by name, with or without the environment's in front; all when none is named.

    Raises `UsageError` for one that does not exist.
    """
    there = [str(name) for name in names.order(loaded.environment)]
    prefix = f"{loaded.environment.name}-"
    found = []
    for name in wanted:
        full = name if name in there else f"{prefix}{name}"
        if full not in there:
            raise UsageError(f'no stack "{name}"{known_or_meant(name, there)}')
        found.append(full)
    return [name for name in there if name in found] if wanted else there


def orphans(loaded: Loaded) -> list[str]:
    """Clusters with a state of their own that are in no file any more: nothing plans their end.

    Told from the states on this machine; nobody lists a bucket here.
    """
    environment = loaded.environment
    if not isinstance(environment.backend, Local):
        return []
    folder = STATES / environment.name
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        entry.name
        for entry in there
        if entry.name not in environment.clusters and any(entry.glob("*.tfstate"))
    )


def workspace(loaded: Loaded, *, twin: bool, reporter: Reporter) -> Workspace:
    """The stacks, synthesized anew, and what their tools need."""
    if twin:
        return _on_twin(loaded, reporter)
    request = Request(environments=(loaded.document.file,))
    out = PLANS / loaded.environment.name / "cdktf.out"
    synthesis.synthesize(request, out, reporter)
    return terraform_plans.own(out=out, request=request.variables())


def plan(
    place: Workspace, loaded: Loaded, stacks: Sequence[str], folder: Path, reporter: Reporter
) -> Kept:
    """Plans the stacks and writes down what came of it."""
    made = {
        kept.stack: kept for kept in terraform_plans.keep(place, stacks, folder, progress=reporter)
    }
    planned = tuple(_planned(made[stack]) for stack in stacks)
    whole = all(not each.error for each in planned)
    kept = Kept(
        environment=loaded.environment.name,
        hash=of_stacks(each.hash for each in planned) if whole else "",
        stacks=planned,
    )
    written = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    index = folder / "kept.json"
    index.touch(mode=0o600)
    index.write_bytes(written)
    return kept


def read(folder: Path) -> Kept | None:
    """What the last run kept; None where there is nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode((folder / "kept.json").read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def folder(loaded: Loaded, *, twin: bool) -> Path:
    """Where the plans of the environment, or of its twin, are kept."""
    return PLANS / (f"{loaded.environment.name}-twin" if twin else loaded.environment.name)


def _planned(kept: terraform_plans.Kept) -> Planned:
    if kept.error or kept.document is None or kept.binary is None:
        return Planned(stack=kept.stack, seconds=kept.seconds, error=kept.error)
    try:
        subjects = reading.read([kept.document])
    except InvalidInput as invalid:
        return Planned(stack=kept.stack, seconds=kept.seconds, error=str(invalid))
    (found,) = reading.plans(subjects)
    return Planned(
        stack=kept.stack,
        seconds=kept.seconds,
        hash=digest(found),
        document=os.fspath(kept.document),
        binary=os.fspath(kept.binary),
        changes=changing(found),
        drift=len(found.drift),
    )


def _on_twin(loaded: Loaded, reporter: Reporter) -> Workspace:
    place = Place(loaded.environment.name)
    note = place.read_note()
    if note is None:
        name = loaded.environment.name
        raise OutsideError(f'no twin of "{name}" is up; bring it up: fleet rehearse {name}')
    environment = twin_of(loaded.environment, note.scheduler)
    out = place.twin / "cdktf.out"
    request = Request(
        environments=(loaded.document.file,), twin=place.twin, scheduler=note.scheduler
    )
    synthesis.synthesize(request, out, reporter)
    return terraform.isolated(
        out=out,
        home=place.twin / "home",
        kubeconfigs={
            names.kubeconfig_variable(name): planes.Plane(
                name=name, directory=place.twin
            ).kubeconfig
            for name in environment.clusters
        },
        request=request.variables(),
        progress=reporter,
    )


def documents(kept: Kept) -> Iterable[Path]:
    """The JSON of each plan that there is."""
    return (Path(each.document) for each in kept.stacks if each.document)
