"""The main job: from an environment file to running pods on the fleet's twin, step by step.

Each step takes what the steps before it made and is timed as a phase. What a
step does is in its own module; here is the order, and what happens when
something goes wrong: the twin stays up to be looked at, unless it never got up
or the run was interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from components import charts, clouds, terraform
from components.addon import Chart
from components.addons import admission
from components.clouds.embedded.twin import Scheduler, twin_of
from components.controlplane import hami, hami_binary, planes, tools
from components.controlplane.hami_binary import Extender
from components.controlplane.settings import Settings
from environments.load import Loaded
from environments.model import Cluster, Dra, Environment, Hami
from policies.finding import Severity
from policies.reports.rendered import in_order
from scripts import synthesis
from scripts.console import Reporter
from scripts.linting import run as linting
from scripts.live import Live
from scripts.rehearsal import fidelity, memory, replay, result, versions
from scripts.rehearsal.place import Note, Place
from scripts.verification import cluster as verification
from scripts.verification import proofs
from stacks import names
from stacks.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for beside the environment."""

    charts: Path | None = None
    hami_scheduler: Path | None = None
    second_plan: bool = False

    @property
    def scheduler(self) -> Scheduler:
        """Who cuts the cards of `hami` clusters."""
        return "hami" if self.hami_scheduler else "stock"

    @property
    def providers(self) -> tuple[str, ...]:
        """What Terraform is to find on this machine."""
        return (*tools.PROVIDERS, tools.HELM) if self.charts else tools.PROVIDERS


@dataclass(slots=True, kw_only=True)
class Run:
    """One rehearsal on its way."""

    loaded: Loaded
    wish: Wish
    place: Place
    reporter: Reporter
    phases: list[result.Phase] = field(default_factory=list)

    @property
    def environment(self) -> Environment:
        """The twin's environment: every cloud is a local one."""
        return twin_of(self.loaded.environment, self.wish.scheduler)

    @property
    def planes(self) -> dict[str, planes.Plane]:
        """One control plane per cluster."""
        return {
            name: planes.Plane(name=name, directory=self.place.twin)
            for name in self.loaded.environment.clusters
        }

    @contextmanager
    def phase(self, name: str, title: str) -> Iterator[list[str]]:
        """Time a part of the run; what is put into the list becomes its note."""
        note: list[str] = []
        start = time.monotonic()
        yield note
        seconds = round(time.monotonic() - start, 2)
        self.phases.append(
            result.Phase(name=name, title=title, seconds=seconds, note="; ".join(note))
        )

    def rehearse(self) -> result.Rehearsal:
        """All of it, in order. Raises what went wrong outside; findings are in the result."""
        started, start = datetime.now(UTC), time.monotonic()
        extender = None
        if self.wish.hami_scheduler is not None:
            extender = hami_binary.inspect(self.wish.hami_scheduler)
        if self.wish.charts is not None:
            charts.require(self._charts(), self.wish.charts)
        lint = self._lint(started.date())
        binaries = self._tools()
        with memory.Peak(self._pids) as peak:
            self._control_planes(binaries, extender)
            layers = self._deploy()
            courses = self._replay()
            clusters = self._verify(courses, layers)
        return result.Rehearsal(
            environment=self.loaded.environment.name,
            description=self.loaded.environment.description or "",
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - start, 1),
            verdict="pass"
            if not lint.failing and all(_sound(cluster) for cluster in clusters)
            else "fail",
            fidelity=fidelity.fidelity(
                self.loaded.environment,
                self.wish.scheduler,
                charts_installed=self.wish.charts is not None,
            ),
            phases=self.phases,
            lint=lint,
            clusters=clusters,
            throughput=replay.together(courses.values()),
            peak_memory_mib=peak.mib,
            versions=versions.versions(extender),
        )

    def _lint(self, today: date) -> result.Lint:
        # The stacks of the clouds are judged by `fleet lint`: the twin has none of them.
        request = linting.Request(environment=self.loaded.document.file, synth=False, today=today)
        with self.phase("lint", "Judge the environment by the rules") as note:
            found = linting.run(request, self.reporter)
            lint = _told(found)
            note.append(f"{len(found.rules)} rules, {len(lint.findings)} findings")
        return lint

    def _tools(self) -> Mapping[str, Path]:
        with self.phase("tools", "Get the tools"):
            tools.terraform()
            binaries = tools.ensure(tools.CONTROL_PLANE, self.reporter)
            tools.provider_mirror(self.wish.providers, self.reporter)
            tools.cdktf_cli(self.reporter)
        return binaries

    def _charts(self) -> Iterator[Chart]:
        environment, demand = self.environment, self.loaded.demand
        for name in environment.clusters:
            for addon in verification.declared(environment, name, demand):
                yield from addon.charts

    def _control_planes(self, binaries: Mapping[str, Path], extender: Extender | None) -> None:
        with self.phase("control-planes", "Start the control planes") as note:
            stale = planes.sweep(self.place.twin)
            if stale:
                note.append(f"{len(stale)} processes of an earlier twin were ended")
            asked = {name: _settings(c) for name, c in self.environment.clusters.items()}
            ready: set[str] = set()

            def told(plane: str, step: str) -> None:
                if step == "ready":
                    ready.add(plane)
                self.reporter.step("control planes", len(ready), len(asked), f"{plane}: {step}")

            planes.start(list(self.planes.values()), binaries, asked, told)
            self.reporter.step("control planes", len(asked), len(asked))
            if extender is not None:
                self._extenders(binaries, extender)
            self.place.write_note(
                Note(
                    environment=self.loaded.document.file,
                    scheduler=self.wish.scheduler,
                    charts=self.wish.charts is not None,
                )
            )

    def _extenders(self, binaries: Mapping[str, Path], extender: Extender) -> None:
        # Before there are nodes: an extender that finds some is silent for 15 seconds.
        for name, cluster in self.environment.clusters.items():
            if isinstance(cluster.sharing, Hami):
                self.reporter.step(f"HAMi on {name}", 0, 1)
                order = hami.Order(
                    extender=extender,
                    kube_scheduler=binaries["kube-scheduler"],
                    sharing=cluster.sharing,
                )
                hami.start(self.planes[name], order)
                self.reporter.step(f"HAMi on {name}", 1, 1, extender.version)

    def _deploy(self) -> dict[str, list[result.Layer]]:
        out = self.place.twin / "cdktf.out"
        request = Request(
            environments=(self.loaded.document.file,),
            twin=self.place.twin,
            scheduler=self.wish.scheduler,
            charts=self.wish.charts,
        )
        with self.phase("synth", "Synthesize the stacks"):
            synthesis.synthesize(request, out, self.reporter)
        workspace = terraform.isolated(
            out=out,
            home=self.place.twin / "home",
            kubeconfigs={
                names.kubeconfig_variable(name): plane.kubeconfig
                for name, plane in self.planes.items()
            },
            request=request.variables(),
            providers=self.wish.providers,
            progress=self.reporter,
        )
        with self.phase("deploy", "Deploy every layer with Terraform") as note:
            applied = terraform.deploy(workspace, progress=self.reporter)
            total = sum(changes.added for changes in applied.values())
            note.append(f"{total} resources in {len(applied)} stacks")
        again = self._plan_again(workspace)
        layers: dict[str, list[result.Layer]] = {name: [] for name in self.environment.clusters}
        for stack in names.order(self.environment):
            layers[stack.cluster].append(
                result.Layer(
                    stack=str(stack),
                    layer=stack.layer,
                    resources=applied[str(stack)].total,
                    second_plan=again.get(str(stack), "not-run"),
                )
            )
        return layers

    def _plan_again(self, workspace: terraform.Workspace) -> dict[str, Literal["empty", "changes"]]:
        if not self.wish.second_plan:
            return {}
        with self.phase("second-plan", "Plan every stack once more"):
            found = terraform.plans(workspace, progress=self.reporter)
        return {name: "changes" if changes.total else "empty" for name, changes in found.items()}

    def _replay(self) -> dict[str, replay.Course]:
        lives = {name: Live(name, plane.kubeconfig) for name, plane in self.planes.items()}

        def told(cluster: str, running: int, demanded: int) -> None:
            self.reporter.step(f"pods on {cluster}", running, max(demanded, 1), f"{running:,}")

        with self.phase("policies", "Wait for the policies to be in force") as note:
            for name, live in lives.items():
                if not proofs.in_force(live, admission.proofs(self.environment, name)):
                    note.append(f"{name}: not all within 30 s; verify says which")
        with self.phase("replay", "Place the demand") as note:
            courses = replay.replay(lives, self.loaded.demand, told)
            note.append(f"{sum(course.running for course in courses.values()):,} pods running")
        return courses

    def _verify(
        self,
        courses: Mapping[str, replay.Course],
        layers: Mapping[str, list[result.Layer]],
    ) -> list[result.Cluster]:
        def one(name: str) -> result.Cluster:
            step = f"verify {name}"
            self.reporter.step(step, 0, 0)
            found = verification.verify(
                verification.Target(
                    environment=self.environment,
                    name=name,
                    demand=self.loaded.demand,
                    refused=courses[name].refused,
                    with_charts=self.wish.charts is not None,
                ),
                self.planes[name].kubeconfig,
                lambda note: self.reporter.step(step, 0, 0, note),
            )
            self.reporter.step(step, 1, 1)
            return msgspec.structs.replace(
                found,
                throughput=courses[name].throughput(),
                layers=layers[name],
                region=clouds.region(self.loaded.environment.clusters[name].cloud),
            )

        with (
            self.phase("verify", "Verify every cluster"),
            ThreadPoolExecutor(max_workers=2) as pool,
        ):
            return list(pool.map(one, self.environment.clusters))

    def _pids(self) -> Iterator[int]:
        for plane in self.planes.values():
            yield from plane.pids().values()
            yield from hami.pids(plane).values()


def _told(found: linting.Result) -> result.Lint:
    worst = in_order(found.report.open)
    return result.Lint(
        rules=len(found.rules),
        subjects=found.report.checked,
        findings=[
            f"{each.severity} {each.rule}: {each.place or each.subject}: {each.message}"
            for each in worst
        ],
        failing=sum(each.outcome != "unknown" and each.severity >= Severity.HIGH for each in worst),
    )


def _settings(cluster: Cluster) -> Settings:
    match cluster.sharing:
        case Hami(node_policy=policy) | Dra(node_policy=policy):
            return Settings(node_policy=policy)
        case _:
            return Settings()


def _sound(cluster: result.Cluster) -> bool:
    """Whether no check failed and no second plan had changes."""
    return all(check.status != "fail" for check in cluster.checks) and all(
        layer.second_plan != "changes" for layer in cluster.layers
    )
