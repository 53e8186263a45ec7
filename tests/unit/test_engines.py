"""Both engines write the same Terraform, and a wrong one is told as such."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from environments import load
from tests import synthesized

ROOT = Path(__file__).parents[2]


needs_both = pytest.mark.skipif(
    importlib.util.find_spec("cdktf") is None,
    reason="the engine cdktf is not installed (pip install 'gpu-fleet[cdktf]')",
)


# Slow earns: every cloud on both engines; the lab has each layer and what is in it.
LARGE = [pytest.param(name, marks=pytest.mark.slow) for name in ("production", "expansion")]


@needs_both
@pytest.mark.parametrize("environment", ["lab", *LARGE])
def test_both_engines_write_the_same_terraform(environment: str, tmp_path: Path) -> None:
    assert_same(environment, tmp_path)


@needs_both
@pytest.mark.parametrize(
    "backend",
    [
        "{type: oss, bucket: states, region: cn-beijing, lock_table: locks, lock_endpoint: https://locks.cn-beijing.ots.aliyuncs.com}",
        "{type: tos, bucket: states, region: cn-beijing}",
    ],
)
def test_both_engines_keep_states_in_the_same_place(backend: str, tmp_path: Path) -> None:
    lab = (load.HERE / "lab.yaml").read_text(encoding="utf-8")
    file = tmp_path / "lab.yaml"
    file.write_text(f"{lab}\nbackend: {backend}\n", encoding="utf-8")

    assert_same(str(file), tmp_path)


def assert_same(environment: str, tmp_path: Path) -> None:
    written = {}
    for engine in ("cdktn", "cdktf"):
        done = program(environment, engine=engine, outdir=tmp_path / engine)
        assert done.returncode == 0, done.stderr
        written[engine] = synthesized.read(tmp_path / engine)

    assert written["cdktn"].keys() == written["cdktf"].keys()
    for name, stack in written["cdktn"].items():
        other = written["cdktf"][name]
        assert stack.pop("//")["metadata"]["version"] != other.pop("//")["metadata"]["version"]
        assert stack == other


def test_an_engine_that_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = program("lab", engine="pulumi", outdir=tmp_path)

    assert done.returncode == 2
    assert done.stderr == 'GPU_FLEET_ENGINE is "pulumi"; it can be cdktn or cdktf\n'


def test_an_engine_that_is_not_installed_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "cdktf.py").write_text("raise ModuleNotFoundError(name='cdktf')\n")

    done = program("lab", engine="cdktf", outdir=tmp_path / "out", PYTHONPATH=str(tmp_path))

    assert done.returncode == 3
    assert "pip install 'gpu-fleet[cdktf]'" in done.stderr
    assert "Traceback" not in done.stderr


def program(
    environment: str, *, engine: str, outdir: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stacks", environment],
        env={
            "PATH": "/usr/bin:/bin",
            "CDKTF_OUTDIR": str(outdir),
            "GPU_FLEET_ENGINE": engine,
            **variables,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
