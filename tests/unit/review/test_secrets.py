"""What rules and dangers quote of a plan is never something that the plan calls sensitive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.review.plans import change, fleet, plan, written

NEW, OLD = "canary-new", "canary-old"
POOL, CHART, OBJECT = "volcenginecc_vke_node_pool.a", "helm_release.a", "kubectl_manifest.a"


@pytest.mark.parametrize(
    ("one", "mask"),
    [
        ((POOL, ["update"], {"cluster_id": OLD}, {"cluster_id": NEW}), {"cluster_id": True}),
        ((CHART, ["update"], {"version": "9.8.7"}, {"version": "1.2.3"}), {"version": True}),
        ((OBJECT, ["delete"], {"kind": "Node", "name": OLD}, None), {"name": True}),
        (
            (
                POOL,
                ["delete"],
                {"kubernetes_config": {"labels": [{"key": "gpu-fleet.dev/pool", "value": OLD}]}},
                None,
            ),
            {"kubernetes_config": {"labels": [{"value": True}]}},
        ),
    ],
    ids=["cluster", "version", "node", "label"],
)
@pytest.mark.parametrize("form", ["markdown", "json", "html", "sarif"])
def test_a_quotation_holds_no_secret(
    tmp_path: Path, form: str, one: tuple[str, list[str], Any, Any], mask: Any
) -> None:
    address, actions, before, after = one
    masks = {"before_sensitive": mask, "after_sensitive": mask}
    file = written(tmp_path, plan(change(address, actions, before, after, **masks)))

    result = fleet(file, "--format", form)

    assert result.exit_code in {0, 1}
    for secret in ("canary", "9.8.7", "1.2.3"):
        assert secret not in result.stdout
