"""What did not fit, what was refused, and what `verify` compared.

Clusters tend to say the same thing; what is the same is said once, with the names
of the clusters that said it.
"""

from __future__ import annotations

from collections import defaultdict

from scripts.rehearsal import figures, words
from scripts.rehearsal.page.headline import sign
from scripts.rehearsal.page.markup import Child, Column, Columns, Markup, foreign, join, table, tag
from scripts.rehearsal.result import Check, Cluster, Proof, Rehearsal, Unplaced


def unplaced(rehearsal: Rehearsal) -> Markup:
    """Pods that do not run, by reason, the unexplained first."""
    groups: dict[tuple[bool, str], list[tuple[Cluster, Unplaced]]] = defaultdict(list)
    for cluster, entry in figures.unplaced(rehearsal):
        groups[entry.explained, entry.reason].append((cluster, entry))
    if not groups:
        return tag("p", "Everything that was asked for runs.", class_="nothing")
    return join(_reason(*key, groups[key]) for key in sorted(groups))


def proofs(rehearsal: Rehearsal) -> Markup:
    """Each admission policy: what it refused, in its own words, and what it let pass."""
    said: dict[tuple[str, ...], list[tuple[Cluster, Proof]]] = defaultdict(list)
    for cluster in rehearsal.clusters:
        for proof in cluster.proofs:
            key = (proof.policy, proof.request, proof.message, proof.passing_request)
            said[*key, str(proof.refused), str(proof.passed)].append((cluster, proof))
    if not said:
        return tag("p", "No policy was put to the proof.", class_="nothing")
    return tag("div", (_proof(group) for group in said.values()), class_="proofs")


def checks(rehearsal: Rehearsal) -> Markup:
    """Every check on every cluster, with how much it compared."""
    titles = {check.name: check.title for cluster in rehearsal.clusters for check in cluster.checks}
    if not titles:
        return tag("p", "Nothing was verified.", class_="nothing")
    columns: Columns = [
        "Compared with the environment",
        *(cluster.name for cluster in rehearsal.clusters),
    ]
    rows = (_check_row(name, title, rehearsal) for name, title in titles.items())
    return table(
        "Checks of each cluster, and how much each compared", columns, rows, class_="self-evident"
    )


def details(rehearsal: Rehearsal) -> Markup:
    """What each check said, in words: what is not well first."""
    order = ["fail", "unknown", "pass"]
    every = [(cluster, check) for cluster in rehearsal.clusters for check in cluster.checks]
    every.sort(key=lambda pair: order.index(pair[1].status))
    columns: Columns = [
        "Cluster",
        "Check",
        "Result",
        Column(title="Compared", numeric=True),
        "In words",
    ]
    rows: list[list[Child]] = [
        [
            foreign(cluster.name),
            check.title,
            tag("span", sign(check.status), check.status),
            words.count(check.compared),
            check.detail,
        ]
        for cluster, check in every
    ]
    return table("Checks in words", columns, rows)


def _reason(explained: bool, reason: str, entries: list[tuple[Cluster, Unplaced]]) -> Markup:
    pods = sum(entry.pods for _, entry in entries)
    title = join(
        sign("pass" if explained else "fail"),
        f"{words.reason(reason)}: {words.count(pods, 'pod')}, ",
        "explained" if explained else "not explained",
    )
    columns: Columns = [
        "Workload",
        "Tenant",
        "Cluster",
        Column(title="Pods", numeric=True),
        "In the control plane’s words",
    ]
    rows = (_unplaced_row(cluster, entry) for cluster, entry in entries)
    return join(tag("h3", title), table(words.reason(reason), columns, rows, class_="self-evident"))


def _unplaced_row(cluster: Cluster, entry: Unplaced) -> list[Child]:
    return [
        foreign(entry.workload),
        foreign(entry.tenant),
        foreign(cluster.name),
        words.count(entry.pods),
        tag("q", foreign(entry.message), class_="said"),
    ]


def _proof(group: list[tuple[Cluster, Proof]]) -> Markup:
    proof = group[0][1]
    names = ", ".join(words.plain(cluster.name) for cluster, _ in group)
    return tag(
        "article",
        tag("h3", sign("pass" if proof.holds else "fail"), words.heading(proof.title)),
        tag("p", tag("code", proof.policy), " on ", names, class_="facts"),
        tag(
            "dl",
            tag("dt", "Refused" if proof.refused else "Let pass, and must not"),
            tag("dd", foreign(proof.request), _answer(proof)),
            tag("dt", "Let pass" if proof.passed else "Refused, and must not"),
            tag("dd", foreign(proof.passing_request)),
        ),
        class_="proof",
    )


def _answer(proof: Proof) -> Markup | None:
    return tag("q", foreign(proof.message), class_="said") if proof.message else None


def _check_row(name: str, title: str, rehearsal: Rehearsal) -> list[Child]:
    found = [
        next((check for check in cluster.checks if check.name == name), None)
        for cluster in rehearsal.clusters
    ]
    return [title, *map(_check_cell, found)]


def _check_cell(check: Check | None) -> Markup:
    if check is None:
        return tag("span", "–", class_="none")
    return tag("span", sign(check.status), words.count(check.compared))
