"""Each admission policy tried on the live API server: what it must refuse, what it must pass.

All requests are dry runs. A request that must pass and was refused by somebody
else than the policy (a quota that is used up) still shows that the policy let
it through.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable

from components.addons.admission import Proof as Request
from environments import admission
from scripts.live import Live
from scripts.rehearsal.result import Check, Proof
from scripts.verification.checks import check, path_of

_TITLES = {policy.name: policy.title for policy in admission.POLICIES}

EARLIER = 'admission webhook "vgpu.hami.io" denied'
"""HAMi's webhook sees a pod before our policies do, and refuses some of the same."""


def prove(live: Live, requests: Iterable[Request]) -> list[Proof]:
    """Send every request; one verdict per policy, over all of its examples."""
    return [
        _verdict(live, policy, list(group))
        for policy, group in itertools.groupby(requests, key=lambda request: request.policy)
    ]


def in_force(live: Live, requests: Iterable[Request], seconds: float = 30.0) -> bool:
    """Wait until every policy answers as it must; False when one does not in time.

    The API server takes up a new policy a moment after it was created, and a pod
    that slips in before is neither refused nor translated.
    """
    asked = tuple(requests)
    deadline = time.monotonic() + seconds
    while not all(proof.holds for proof in prove(live, asked)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def as_check(tried: list[Proof]) -> Check:
    """All policies in one line."""
    faults = [f"{proof.policy}: {_wrong(proof)}" for proof in tried if not proof.holds]
    return check(
        "policies-proven",
        "Each admission policy refuses and passes what it must",
        faults,
        len(tried),
        f"{len(tried)} policies, one bad and one good request each at least",
    )


def _wrong(proof: Proof) -> str:
    if not proof.refused:
        return "passed what it must refuse"
    return "refused what it must pass"


def _verdict(live: Live, policy: str, requests: list[Request]) -> Proof:
    answers = [(request, _answer(live, request)) for request in requests]
    bad = [(request, answer) for request, answer in answers if not request.allowed]
    good = [(request, answer) for request, answer in answers if request.allowed]
    return Proof(
        policy=policy,
        title=_TITLES[policy],
        request=_titles(request for request, _ in bad),
        refused=bool(bad)
        and all(request.holds(answer) or EARLIER in (answer or "") for request, answer in bad),
        message=next((_said(answer) for _, answer in bad if answer), ""),
        passing_request=_titles(request for request, _ in good),
        passed=bool(good) and all(request.holds(answer) for request, answer in good),
    )


def _answer(live: Live, request: Request) -> str | None:
    collection = path_of(request.manifest).rpartition("/")[0]
    refusal = live.create(collection, request.manifest, dry_run=True)
    return None if refusal is None else refusal.message


def _titles(requests: Iterable[Request]) -> str:
    return "; ".join(request.title for request in requests)


def _said(message: str) -> str:
    """The policy's own words, without the API server's frame around them."""
    match = re.search(r"denied request: (.*)", message, re.DOTALL)
    return (match[1] if match else message).strip()
