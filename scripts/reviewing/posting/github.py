"""GitHub: which pull request is meant, and how are its comments read and written?

Comments are read and written through REST. Whose they are, whether they are hidden and
who edited them tells GraphQL alone: with a job's token nobody may ask REST who one is.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments.errors import UsageError
from scripts.reviewing.posting import web
from scripts.reviewing.posting.comments import MARK, Comment
from scripts.reviewing.posting.web import Web

PAGE = 100
PAGES = 200
"""More comments than GitHub allows."""

_NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment {
  id isMinimized viewerDidAuthor author { login } editor { login } } } }"""
_MINIMIZE = """mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED})
  { minimizedComment { isMinimized } } }"""
_SHOW = """mutation($id: ID!) { unminimizeComment(input: {subjectId: $id})
  { unminimizedComment { isMinimized } } }"""
_STATUS = {"FORBIDDEN": 403, "NOT_FOUND": 404, "RATE_LIMITED": 429, "UNAUTHORIZED": 401}
"""GraphQL's errors as REST would tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """The conversation of one pull request."""

    web: Web
    graphql: str
    repository: str
    number: int
    head: str
    run: str
    link: str
    name: str = "GitHub"

    @property
    def place(self) -> str:
        return f"pull request {self.number} of {self.repository}"

    def mine(self) -> Iterator[Comment]:
        found = [comment for comment in self._all() if comment["body"].startswith(MARK)]
        for some in _batches(found):
            told = self._graphql(_NODES, {"ids": [one["node_id"] for one in some]})["nodes"]
            nodes = {node["id"]: node for node in told if node}
            for one in some:
                node = nodes.get(one["node_id"])
                if node and node["viewerDidAuthor"]:
                    yield _comment(one, node)

    def create(self, body: str) -> Comment:
        path = f"repos/{self.repository}/issues/{self.number}/comments"
        made = self.web.ask("POST", path, f"write to {self.place}", {"body": body}).data
        return _comment(made, {})

    def edit(self, comment: Comment, body: str) -> None:
        path = f"repos/{self.repository}/issues/comments/{comment.id}"
        self.web.ask("PATCH", path, f"edit the comment on {self.place}", {"body": body})
        if comment.hidden:
            self._graphql(_SHOW, {"id": comment.node})

    def outdate(self, comment: Comment, current: Comment) -> None:
        self._graphql(_MINIMIZE, {"id": comment.node})

    def _all(self) -> Iterator[dict[str, Any]]:
        for page in range(1, PAGES + 1):
            path = f"repos/{self.repository}/issues/{self.number}/comments"
            answer = self.web.ask(
                "GET", f"{path}?per_page={PAGE}&page={page}", f"read {self.place}"
            )
            for comment in answer.data or ():
                yield comment | {"body": comment.get("body") or ""}
            if 'rel="next"' not in answer.headers.get("link", ""):
                return

    def _graphql(self, query: str, variables: Mapping[str, object]) -> Any:
        what = f"look at or hide comments of {self.place}"
        data = {"query": query, "variables": variables}
        # Asking twice does no harm: a hidden comment is hidden.
        answer = self.web.ask("POST", self.graphql, what, data, again=True).data or {}
        errors = answer.get("errors") or ()
        # A comment that was deleted meanwhile is no error: its node is null.
        worst = [error for error in errors if error.get("type") != "NOT_FOUND"]
        if worst or not answer.get("data"):
            error = (worst or errors or [{}])[0]
            status = _STATUS.get(error.get("type", ""), 200)
            raise self.web.refused(status, error.get("message", "no data"), what)
        return answer["data"]


def github(variables: Mapping[str, str], sleep: Callable[[float], object] = time.sleep) -> GitHub:
    """The pull request that this job is about. `UsageError` names the variable that is missing."""
    repository = _repository(variables.get("GITHUB_REPOSITORY", ""))
    given = variables.get("GITHUB_TOKEN", "")
    if not given.strip():
        raise UsageError(
            "GITHUB_TOKEN is not set; in a workflow: env: GITHUB_TOKEN: ${{ github.token }}"
        )
    token = web.checked_token("GITHUB_TOKEN", given)
    root = variables.get("GITHUB_API_URL") or "https://api.github.com"
    asked = Web(
        forge="GitHub",
        root=web.checked_root("GITHUB_API_URL", root),
        variable="GITHUB_TOKEN",
        token=token,
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": "gpu-fleet",
        },
        step=_step,
        sleep=sleep,
    )
    number, head = _pull_request(variables, asked, repository)
    return GitHub(
        web=asked,
        graphql=_graphql_root(variables, asked.root),
        repository=repository,
        number=number,
        head=head,
        run=variables.get("GITHUB_RUN_ID", ""),
        link=_link(variables, repository),
    )


def _repository(name: str) -> str:
    if not name:
        raise UsageError("GITHUB_REPOSITORY is not set; it is OWNER/NAME")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name, re.ASCII):
        raise UsageError(f'GITHUB_REPOSITORY: "{name}" is not OWNER/NAME')
    return name


def _graphql_root(variables: Mapping[str, str], root: str) -> str:
    given = variables.get("GITHUB_GRAPHQL_URL")
    if given:
        return web.checked_root("GITHUB_GRAPHQL_URL", given).rstrip("/")
    # GitHub Enterprise Server has REST at /api/v3/ and GraphQL at /api/graphql.
    return f"{root.removesuffix('v3/')}graphql"


def _link(variables: Mapping[str, str], repository: str) -> str:
    server, run = variables.get("GITHUB_SERVER_URL", ""), variables.get("GITHUB_RUN_ID", "")
    return f"{server}/{repository}/actions/runs/{run}" if server and run else ""


def _pull_request(variables: Mapping[str, str], asked: Web, repository: str) -> tuple[int, str]:
    """Its number and the last commit of its branch."""
    given = variables.get("FLEET_PULL_REQUEST", "")
    if given:
        if not given.isdigit():
            raise UsageError(f'FLEET_PULL_REQUEST: "{given}" is no number')
        return _asked(asked, repository, int(given))
    event = _event(variables)
    pull = event.get("pull_request")
    if isinstance(pull, dict) and isinstance(pull.get("number"), int):
        return pull["number"], str((pull.get("head") or {}).get("sha") or "")
    issue = event.get("issue")
    if isinstance(issue, dict) and issue.get("pull_request"):
        return _asked(asked, repository, int(issue["number"]))
    return _merged(asked, repository, variables.get("GITHUB_SHA", ""))


def _event(variables: Mapping[str, str]) -> dict[str, Any]:
    path = variables.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        raise UsageError(f"GITHUB_EVENT_PATH: {path} cannot be read as JSON") from None
    return found if isinstance(found, dict) else {}


def _asked(asked: Web, repository: str, number: int) -> tuple[int, str]:
    what = f"read pull request {number} of {repository}"
    pull = asked.ask("GET", f"repos/{repository}/pulls/{number}", what).data
    return number, str(pull["head"]["sha"])


def _merged(asked: Web, repository: str, commit: str) -> tuple[int, str]:
    """The pull request that brought a commit to its branch."""
    if not commit:
        raise UsageError(
            "no pull request: GITHUB_EVENT_PATH names none and GITHUB_SHA is not set; set"
            " FLEET_PULL_REQUEST to its number"
        )
    what = f"read which pull request brought {commit[:12]}"
    pulls = asked.ask("GET", f"repos/{repository}/commits/{commit}/pulls", what).data or []
    merged = [pull for pull in pulls if pull.get("merged_at")]
    exact = [pull for pull in merged if pull.get("merge_commit_sha") == commit] or merged
    if len(exact) != 1:
        raise UsageError(
            f"{len(exact) or 'no'} merged pull requests brought {commit[:12]}; set"
            " FLEET_PULL_REQUEST to the number of the one that is meant"
        )
    return int(exact[0]["number"]), str(exact[0]["head"]["sha"])


def _comment(one: Mapping[str, Any], node: Mapping[str, Any]) -> Comment:
    author = (node.get("author") or {}).get("login", "")
    editor = (node.get("editor") or {}).get("login", author)
    return Comment(
        id=one["id"],
        node=one["node_id"],
        body=one.get("body") or "",
        url=one.get("html_url") or "",
        hidden=bool(node.get("isMinimized")),
        edited_by="" if editor == author else editor,
    )


def _step(status: int, said: str) -> str:
    lower = said.lower()
    match status:
        case 401:
            return "GITHUB_TOKEN is expired or of another server; set it anew"
        case 403 | 429 if "rate limit" in lower or status == 429:
            return "too much was asked in its name; run again in some minutes"
        case 403 if "locked" in lower:
            return "the conversation is locked; unlock it"
        case 403:
            return (
                "the token may not; give the job `permissions: pull-requests: write`"
                " (a pull request from a fork never has it)"
            )
        case 404 | 410:
            return (
                "it is not there, or the token may not see it; check GITHUB_REPOSITORY and"
                " FLEET_PULL_REQUEST, and give the job `permissions: pull-requests: write`"
            )
        case 422 if "too long" in lower:
            return "the text is over GitHub's limit; report it, for we keep below"
        case _ if status >= 500:
            return "it fails on its side; run again later"
        case _:
            return "check GITHUB_API_URL and GITHUB_REPOSITORY"


def _batches(found: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(found), PAGE):
        yield found[start : start + PAGE]
