"""Makes the plans of `tests/fixtures/plans` anew, by running Terraform.

    python -m tests.unit.review.make_plans

Each case is applied as it was, then planned as it shall be. Only resources that every
Terraform has are used, so nothing is fetched. What Terraform cannot be made to plan
here is written by hand below `tests/fixtures/plans/by-hand`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures" / "plans"
DATA = "terraform_data"
Config = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What was applied, what is planned, and how."""

    was: Config
    now: Config
    options: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    """A command between apply and plan: `("taint", "terraform_data.a")`."""
    modules: dict[str, Config] = field(default_factory=dict)
    fails: Config | None = None
    """Applied in between, in vain: what a failed apply leaves behind."""
    errs: bool = False
    """Whether the plan itself ends in an error."""


def data(**resources: Any) -> Config:
    """A configuration of `terraform_data` with these inputs."""
    bodies = {
        name: body
        if isinstance(body, dict) and ("input" in body or "triggers_replace" in body)
        else {"input": body}
        for name, body in resources.items()
    }
    return {"resource": {DATA: bodies}}


def also(config: Config, **parts: Any) -> Config:
    """The configuration with more top-level parts."""
    return {**config, **parts}


def surging(trigger: str, value: str) -> Config:
    """A resource whose new object is made before the old one goes."""
    return {
        "input": value,
        "triggers_replace": trigger,
        "lifecycle": {"create_before_destroy": True},
    }


def user(command: str) -> Config:
    """What must move to the new object before the old one goes; `false` never does."""
    return {
        "triggers_replace": f"${{{DATA}.pool.id}}",
        "provisioner": [{"local-exec": {"command": command}}],
    }


def nested(depth: int, leaf: str) -> Config:
    """A structure of some depth."""
    found: Config = {"leaf": leaf}
    for _ in range(depth):
        found = {"in": found}
    return found


SECRET = {"variable": {"secret": {"sensitive": True, "default": "canary-old"}}}
SECRET_NEW = {"variable": {"secret": {"sensitive": True, "default": "canary-new"}}}

STATE = {
    "data": {
        "terraform_remote_state": {
            "cluster": {
                "backend": "local",
                "config": {"path": "../lab-cluster/terraform.tfstate"},
            }
        }
    }
}

CASES: dict[str, Case] = {
    "01-moved-only": Case(
        was=data(old="x"),
        now=also(data(new="x"), moved=[{"from": f"{DATA}.old", "to": f"{DATA}.new"}]),
    ),
    "02-moved-and-updated": Case(
        was=data(old="x"),
        now=also(data(new="y"), moved=[{"from": f"{DATA}.old", "to": f"{DATA}.new"}]),
    ),
    "03-moved-and-replaced": Case(
        was=data(old={"input": "x", "triggers_replace": "1"}),
        now=also(
            data(new={"input": "x", "triggers_replace": "2"}),
            moved=[{"from": f"{DATA}.old", "to": f"{DATA}.new"}],
        ),
    ),
    "04-imported": Case(
        was=data(other="x"),
        now=also(
            data(other="x", found={"input": None}),
            **{"import": [{"to": f"{DATA}.found", "id": "an-id"}]},
        ),
    ),
    "04-imported-and-updated": Case(
        was=data(other="x"),
        now=also(
            data(other="x", found="new"),
            **{"import": [{"to": f"{DATA}.found", "id": "an-id"}]},
        ),
    ),
    "04-imported-with-generated-configuration": Case(
        was=data(other="x"),
        now=also(data(other="x"), **{"import": [{"to": f"{DATA}.found", "id": "an-id"}]}),
        options=("-generate-config-out=generated.tf",),
    ),
    "05-forgotten": Case(
        was=data(kept="x", let_go="y"),
        now=also(
            data(kept="x"), removed=[{"from": f"{DATA}.let_go", "lifecycle": {"destroy": False}}]
        ),
    ),
    "06-deposed": Case(
        was=data(pool=surging("1", "a"), user=user("true")),
        fails=data(pool=surging("2", "a"), user=user("false")),
        now=data(pool=surging("2", "b"), user=user("true")),
    ),
    "07-created-before-destroyed": Case(
        was=data(
            surge={
                "triggers_replace": "1",
                "input": "a",
                "lifecycle": {"create_before_destroy": True},
            },
            gap={"triggers_replace": "1", "input": "a"},
        ),
        now=data(
            surge={
                "triggers_replace": "2",
                "input": "a",
                "lifecycle": {"create_before_destroy": True},
            },
            gap={"triggers_replace": "2", "input": "a"},
        ),
    ),
    "08-replaced-by-trigger": Case(
        was=data(
            leader="1",
            follower={"input": "f", "lifecycle": {"replace_triggered_by": [f"{DATA}.leader"]}},
        ),
        now=data(
            leader="2",
            follower={"input": "f", "lifecycle": {"replace_triggered_by": [f"{DATA}.leader"]}},
        ),
    ),
    "09-tainted": Case(was=data(a="x"), now=data(a="x"), between=("taint", f"{DATA}.a")),
    "10-replaced-by-request": Case(
        was=data(a="x"), now=data(a="x"), options=(f"-replace={DATA}.a",)
    ),
    "11-count-shrinks": Case(
        was=data(pool={"count": 4, "input": "pool ${count.index}"}),
        now=data(pool={"count": 2, "input": "pool ${count.index}"}),
    ),
    "11-index-shifts": Case(
        was=data(pool={"count": 3, "input": '${["a", "b", "c"][count.index]}'}),
        now=data(pool={"count": 2, "input": '${["b", "c"][count.index]}'}),
    ),
    "12-key-renamed": Case(
        was=data(pool={"for_each": {"h20": "8"}, "input": "${each.value}"}),
        now=data(pool={"for_each": {"h20-new": "8"}, "input": "${each.value}"}),
    ),
    "13-module-removed": Case(
        was={"module": {"gone": {"source": "./gone"}}, **data(stays="x")},
        now=data(stays="x"),
        modules={"gone": data(inside="x", also_inside="y")},
    ),
    "14-read-later": Case(
        was=data(a="x"),
        now={
            **data(a={"input": "x", "triggers_replace": "1"}),
            "data": {
                "terraform_remote_state": {
                    "later": {"backend": "local", "config": {"path": f"${{{DATA}.a.id}}.tfstate"}}
                }
            },
        },
    ),
    "15-unknown-inside": Case(
        was=data(
            source="1", user={"input": {"list": ["a", "b"], "map": {"k": "v"}, "whole": {"x": "y"}}}
        ),
        now=data(
            source={"input": "1", "triggers_replace": "2"},
            user={
                "input": {
                    "list": ["a", f"${{{DATA}.source.id}}"],
                    "map": {"k": f"${{{DATA}.source.id}}"},
                    "whole": f"${{{DATA}.source.id}}",
                }
            },
        ),
    ),
    "16-nothing-in-other-shapes": Case(
        was=data(a={"input": {"null": None, "text": "", "list": [], "map": {}}}),
        now=data(a={"input": {"null": "", "text": None, "list": None, "more": None}}),
    ),
    "17-reordered": Case(
        was=data(a={"input": {"zones": ["a", "b", "c"], "taints": [{"key": "x"}, {"key": "y"}]}}),
        now=data(a={"input": {"zones": ["c", "a", "b"], "taints": [{"key": "y"}, {"key": "x"}]}}),
    ),
    "18-sensitive": Case(
        was=also(
            data(
                a={
                    "input": {
                        "root": "${var.secret}",
                        "nested": {"deep": ["x", "${var.secret}"]},
                        "open": "1",
                    }
                }
            ),
            output={"told": {"value": "${var.secret}", "sensitive": True}},
            **SECRET,
        ),
        now=also(
            data(
                a={
                    "input": {
                        "root": "${var.secret}",
                        "nested": {"deep": ["x", "${var.secret}"]},
                        "open": "2",
                    }
                }
            ),
            output={"told": {"value": "${var.secret}", "sensitive": True}},
            **SECRET_NEW,
        ),
    ),
    "18-sensitivity-only": Case(
        was=also(data(a={"input": "same"}), variable={"plain": {"default": "same"}}),
        now=also(
            data(a={"input": "${sensitive(var.plain)}"}),
            variable={"plain": {"default": "same"}},
        ),
    ),
    "20-large-numbers": Case(
        was=data(a={"input": {"n": 9007199254740993, "f": 1.0}}),
        now=data(a={"input": {"n": 9007199254740995, "f": 1}}),
    ),
    "22-outputs-only": Case(
        was=also(data(a="x"), output={"o": {"value": "1"}}),
        now=also(data(a="x"), output={"o": {"value": "2"}}),
    ),
    "23-nothing": Case(was=data(a="x"), now=data(a="x")),
    "24-errored": Case(
        was=data(a="1", b="1"),
        now=data(
            a="2",
            b={
                "input": "2",
                "lifecycle": {
                    "precondition": [
                        {"condition": f'${{{DATA}.a.input == "1"}}', "error_message": "a must be 1"}
                    ]
                },
            },
        ),
        errs=True,
    ),
    "25-targeted": Case(
        was=data(a="1", b="1"), now=data(a="2", b="2"), options=(f"-target={DATA}.a",)
    ),
    "26-checks": Case(
        was=data(a="x", b="y"),
        now=also(
            data(a="z", b="y"),
            check=[
                {
                    "fails": {
                        "assert": {
                            "condition": f'${{{DATA}.b.input == "n"}}',
                            "error_message": "b must be n",
                        }
                    }
                },
                {
                    "waits": {
                        "assert": {
                            "condition": f'${{{DATA}.a.output == "z"}}',
                            "error_message": "not yet",
                        }
                    }
                },
            ],
        ),
    ),
    "28-destroyed": Case(was=data(a="x", b="y"), now=data(a="x", b="y"), options=("-destroy",)),
    "29-two-hundred-levels": Case(
        was=data(a={"input": json.dumps(nested(200, "old"))}),
        now=data(a={"input": json.dumps(nested(200, "new"))}),
    ),
    "30-markup-inside": Case(
        was=data(a="plain"),
        now=data(
            a="```\n<script>alert(1)</script> | @everyone #1 ::error::x \u202eevil\x1b[31m\n```"
        ),
    ),
    "36-identifier-changed": Case(
        was=data(pool_1A2B3C={"input": {"name": "h20", "size": 40}}),
        now=data(pool_4D5E6F={"input": {"name": "h20", "size": 40}}),
    ),
    "37-same-change-512-times": Case(
        was=data(
            node={"for_each": {f"n{i:03}": "old" for i in range(512)}, "input": {"driver": "535"}}
        ),
        now=data(
            node={"for_each": {f"n{i:03}": "old" for i in range(512)}, "input": {"driver": "550"}}
        ),
    ),
    "38-structure-inside-text": Case(
        was=data(
            a={"input": {"values": "replicas: 2\nimage:\n  tag: v1\n", "json": '{"a": [1, 2]}'}}
        ),
        now=data(
            a={"input": {"values": "image:\n  tag: v2\nreplicas: 2\n", "json": '{"a":[1,2,3]}'}}
        ),
    ),
}


TOGETHER: dict[str, dict[str, Case]] = {
    "34-moved-to-another-state": {
        "old": Case(
            was=data(stays="x", goes="y"),
            now=also(
                data(stays="x"),
                removed=[{"from": f"{DATA}.goes", "lifecycle": {"destroy": False}}],
            ),
        ),
        "new": Case(
            was=data(other="x"),
            now=also(
                data(other="x", came={"input": None}),
                **{"import": [{"to": f"{DATA}.came", "id": "@old.goes@"}]},
            ),
        ),
    },
    "35-output-taken-from-its-reader": {
        "lab-cluster": Case(
            was=also(data(a="x"), output={"endpoint": {"value": "e"}, "name": {"value": "n"}}),
            now=also(data(a="x"), output={"name": {"value": "n"}}),
        ),
        "lab-device": Case(
            was=also(data(b="${data.terraform_remote_state.cluster.outputs.endpoint}"), **STATE),
            now=also(data(b="${data.terraform_remote_state.cluster.outputs.endpoint}"), **STATE),
        ),
    },
}
"""Plans that are reviewed together, by the names of their stacks."""


def make(case: Case) -> Any:
    """The plan JSON of a case, without what differs from run to run."""
    with tempfile.TemporaryDirectory() as name:
        before(case, Path(name))
        return steady(after(case, Path(name)))


def make_together(cases: dict[str, Case]) -> dict[str, Any]:
    """The same for stacks side by side, whose states know each other by their names."""
    with tempfile.TemporaryDirectory() as name:
        for stack, case in cases.items():
            (Path(name) / stack).mkdir()
            before(case, Path(name) / stack)
        names = dict(_identifiers(Path(name), list(cases)))
        found = {
            stack: after(replace(case, now=_named(case.now, names)), Path(name) / stack)
            for stack, case in cases.items()
        }
        text = json.dumps(found).replace(name, "/stacks")
    steadied: dict[str, Any] = steady(json.loads(text))
    return steadied


def _identifiers(folder: Path, stacks: list[str]) -> Iterator[tuple[str, str]]:
    """`@stack.name@` -> what the resource is called where it is."""
    for stack in stacks:
        state = json.loads((folder / stack / "terraform.tfstate").read_text())
        for resource in state["resources"]:
            if resource["mode"] == "managed":
                yield f"@{stack}.{resource['name']}@", resource["instances"][0]["attributes"]["id"]


def _named(config: Config, names: dict[str, str]) -> Config:
    text = json.dumps(config)
    for name, identifier in names.items():
        text = text.replace(name, identifier)
    named: Config = json.loads(text)
    return named


def before(case: Case, folder: Path) -> None:
    """Applies what was."""
    for module, config in case.modules.items():
        (folder / module).mkdir()
        (folder / module / "main.tf.json").write_text(json.dumps(config))
    (folder / "main.tf.json").write_text(json.dumps(case.was))
    terraform(folder, "init")
    terraform(folder, "apply", "-auto-approve")


def after(case: Case, folder: Path) -> Any:
    """Plans what shall be."""
    if case.fails is not None:
        (folder / "main.tf.json").write_text(json.dumps(case.fails))
        terraform(folder, "apply", "-auto-approve", errs=True)
    (folder / "main.tf.json").write_text(json.dumps(case.now))
    terraform(folder, "init")
    if case.between:
        terraform(folder, *case.between)
    terraform(folder, "plan", "-out=plan", *case.options, errs=case.errs)
    plan = json.loads(terraform(folder, "show", "-json", "plan"))
    for part in ("planned_values", "prior_state", "variables"):
        plan.pop(part, None)
    return plan


def terraform(folder: Path, command: str, *options: str, errs: bool = False) -> str:
    """Runs Terraform in the folder; what it printed."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    color = () if command == "taint" else ("-no-color",)
    done = subprocess.run(
        [
            "terraform",
            command,
            *(("-input=false",) if command in {"init", "apply", "plan"} else ()),
            *color,
            *options,
        ],
        cwd=folder,
        env={**variables, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and not errs:
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


def steady(plan: Any) -> Any:
    """Identifiers and times are made anew by each run; here they are always the same."""
    text = json.dumps(plan, indent=1, sort_keys=True)
    found: dict[str, str] = {}

    def same(match: re.Match[str]) -> str:
        return found.setdefault(match[0], f"00000000-0000-4000-8000-{len(found):012}")

    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", same, text)
    text = re.sub(r'"deposed": "[^"]*"', '"deposed": "00000000"', text)
    return json.loads(re.sub(r'"timestamp": "[^"]*"', '"timestamp": "2026-11-22T00:00:00Z"', text))


def main() -> None:
    """Writes every plan."""
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        write(FIXTURES / f"{name}.json", make(case))
    for name, cases in TOGETHER.items():
        for stack, plan in make_together(cases).items():
            write(FIXTURES / name / f"{stack}.json", plan)


def write(file: Path, plan: Any) -> None:
    """One plan, in lines that a person can compare."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{json.dumps(plan, indent=1, sort_keys=True)}\n", encoding="utf-8")
    sys.stdout.write(f"{file.relative_to(FIXTURES)}\n")


if __name__ == "__main__":
    main()
