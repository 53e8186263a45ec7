"""GitLab: which merge request is meant, and how are its notes read and written?

GitLab cannot hide a note: one that is outdated is folded together and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from environments.errors import UsageError
from scripts.reviewing.posting import web
from scripts.reviewing.posting.comments import MARK, Comment
from scripts.reviewing.posting.web import Web

PAGE = 100
PAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLab:
    """The notes of one merge request."""

    web: Web
    project: str
    """Its number or path, as it stands in an address."""
    number: int
    head: str
    run: str
    link: str
    author: int
    """Who we are."""
    name: str = "GitLab"

    @property
    def place(self) -> str:
        return f"merge request {self.number} of project {self.project}"

    @property
    def _notes(self) -> str:
        return f"projects/{self.project}/merge_requests/{self.number}/notes"

    def mine(self) -> Iterator[Comment]:
        page = "1"
        for _ in range(PAGES):
            path = f"{self._notes}?per_page={PAGE}&page={page}&order_by=created_at&sort=asc"
            answer = self.web.ask("GET", path, f"read {self.place}")
            for note in answer.data or ():
                ours = note["author"]["id"] == self.author and not note.get("system")
                if ours and (note.get("body") or "").startswith(MARK):
                    yield self._comment(note)
            # A page may be short though more follow: notes that we may not see are left out.
            page = answer.headers.get("x-next-page", "")
            if not page.isdigit():
                return

    def create(self, body: str) -> Comment:
        made = self.web.ask("POST", self._notes, f"write to {self.place}", {"body": body})
        return self._comment(made.data)

    def edit(self, comment: Comment, body: str) -> None:
        path = f"{self._notes}/{comment.id}"
        self.web.ask("PUT", path, f"edit the note on {self.place}", {"body": body})

    def outdate(self, comment: Comment, current: Comment) -> None:
        body = comment.body.partition("\n")[2]
        where = f"[the current one]({current.url})" if current.url else "the current one"
        text = f"Outdated; see {where}.\n\n<details><summary>what it said</summary>\n\n{body}\n\n"
        self.edit(comment, f"{text}</details>")

    def _comment(self, note: Mapping[str, Any]) -> Comment:
        # A note has no address of its own in the API; this one works on every page of it.
        return Comment(id=note["id"], body=note.get("body") or "", url=f"#note_{note['id']}")


def gitlab(variables: Mapping[str, str], sleep: Callable[[float], object] = time.sleep) -> GitLab:
    """The merge request that this job is about. `UsageError` names the variable that misses."""
    project = variables.get("CI_MERGE_REQUEST_PROJECT_ID") or variables.get("CI_PROJECT_ID", "")
    if not project:
        raise UsageError("CI_PROJECT_ID is not set; it is the number or path of the project")
    asked = _web(variables, sleep)
    project = quote(project, safe="")
    number, head = _merge_request(variables, asked, project)
    url = variables.get("CI_JOB_URL", "")
    return GitLab(
        web=asked,
        project=project,
        number=number,
        head=head,
        run=variables.get("CI_PIPELINE_ID", ""),
        link=f"{url}/artifacts/browse" if url else "",
        author=_author(asked),
    )


def _web(variables: Mapping[str, str], sleep: Callable[[float], object]) -> Web:
    name = "GITLAB_TOKEN" if variables.get("GITLAB_TOKEN", "").strip() else "CI_JOB_TOKEN"
    given = variables.get(name, "")
    if not given.strip():
        raise UsageError(
            "GITLAB_TOKEN is not set; make it a masked variable with a project access token of"
            " the scope api"
        )
    token = web.checked_token(name, given)
    root = variables.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
    header = "PRIVATE-TOKEN" if name == "GITLAB_TOKEN" else "JOB-TOKEN"
    return Web(
        forge="GitLab",
        root=web.checked_root("CI_API_V4_URL", root),
        variable=name,
        token=token,
        headers={header: token, "Content-Type": "application/json", "User-Agent": "gpu-fleet"},
        step=_step_with(name),
        sleep=sleep,
    )


def _merge_request(variables: Mapping[str, str], asked: Web, project: str) -> tuple[int, str]:
    """Its number and the last commit of its branch."""
    commit = variables.get("CI_COMMIT_SHA", "")
    given = variables.get("CI_MERGE_REQUEST_IID", "")
    if given:
        if not given.isdigit():
            raise UsageError(f'CI_MERGE_REQUEST_IID: "{given}" is no number')
        # In a pipeline of merged results the commit is none of the branch.
        return int(given), variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or commit
    if not commit:
        raise UsageError(
            "no merge request: CI_MERGE_REQUEST_IID and CI_COMMIT_SHA are not set; run in a"
            " pipeline of merge requests"
        )
    what = f"read which merge request brought {commit[:12]}"
    path = f"projects/{project}/repository/commits/{quote(commit, safe='')}/merge_requests"
    found = asked.ask("GET", path, what).data or []
    merged = [one for one in found if one.get("state") == "merged"]
    names = ("merge_commit_sha", "squash_commit_sha", "sha")
    exact = [one for one in merged if commit in {one.get(name) for name in names}] or merged
    if len(exact) != 1:
        raise UsageError(
            f"{len(exact) or 'no'} merged merge requests brought {commit[:12]}; set"
            " CI_MERGE_REQUEST_IID to the number of the one that is meant"
        )
    return int(exact[0]["iid"]), str(exact[0].get("sha") or "")


def _author(asked: Web) -> int:
    """Who writes: the bot of a project access token, or whoever started the job."""
    if asked.variable == "CI_JOB_TOKEN":
        return int(asked.ask("GET", "job", "ask who CI_JOB_TOKEN is").data["user"]["id"])
    return int(asked.ask("GET", "user", "ask who GITLAB_TOKEN is").data["id"])


def _step_with(variable: str) -> Callable[[int, str], str]:
    def step(status: int, said: str) -> str:
        if variable == "CI_JOB_TOKEN" and status in {401, 403, 404}:
            return (
                "a job's own token may not write notes; set GITLAB_TOKEN to a project access"
                " token with the scope api and the role Reporter"
            )
        return _step(status, said)

    return step


def _step(status: int, said: str) -> str:
    match status:
        case 400 | 413 | 422 if "too long" in said.lower() or status == 413:
            return "the text is over GitLab's limit; report it, for we keep below"
        case 401:
            return "GITLAB_TOKEN is expired or of another server; set it anew"
        case 403:
            return "GITLAB_TOKEN may not; it needs the scope api and the role Reporter or higher"
        case 404:
            return (
                "it is not there, or GITLAB_TOKEN may not see it; check CI_PROJECT_ID and"
                " CI_MERGE_REQUEST_IID"
            )
        case 429:
            return "too much was asked in its name; run again in some minutes"
        case 301 | 302 | 307 | 308 | 310:
            return "it points to another server; set CI_API_V4_URL to where it lives now"
        case _ if status >= 500:
            return "it fails on its side; run again later"
        case _:
            return "check CI_API_V4_URL and CI_PROJECT_ID"
