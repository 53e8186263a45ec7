"""Small GitHub and GitLab servers on the loopback: their limits, their errors, their words.

They do for comments what the real ones do, as far as their documentation and the bodies
of real answers tell, and nothing else.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(kw_only=True)
class Said:
    """An answer."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drop: bool = False
    """Hang up in place of an answer."""


@dataclass(kw_only=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    data: Any
    headers: dict[str, str]


@dataclass(kw_only=True)
class Server:
    """What every server here has: a log, and disturbances that come before its answers."""

    url: str = ""
    log: list[Asked] = field(default_factory=list)
    disturb: Callable[[Asked], Said | None] = lambda _: None
    """Answers in place of the server where it returns something."""
    after: Callable[[Asked, Said], Said] = lambda _, said: said
    """Changes an answer when all is done."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def calls(self, method: str, part: str = "") -> list[Asked]:
        return [one for one in self.log if one.method == method and part in one.path]

    @contextmanager
    def running(self) -> Iterator[None]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                content = self.rfile.read(length)
                parts = urlsplit(self.path)
                asked = Asked(
                    method=self.command,
                    path=parts.path,
                    query={name: values[0] for name, values in parse_qs(parts.query).items()},
                    data=json.loads(content) if content else None,
                    headers={name.lower(): value for name, value in self.headers.items()},
                )
                server.log.append(asked)
                said = server.disturb(asked)
                if said is None:
                    with server.lock:
                        said = server.answer(asked)
                said = server.after(asked, said)
                if said.drop:
                    self.close_connection = True
                    return
                body = said.raw
                if body is None:
                    body = b"" if said.data is None else json.dumps(said.data).encode()
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = do_PUT = reply  # noqa: N815 - so http.server wants them

            def log_message(self, *_: object) -> None:
                """Nothing."""

        httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{httpd.server_port}"
        thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            httpd.shutdown()
            httpd.server_close()
            thread.join()


def _github_error(status: int, message: str, **more: Any) -> Said:
    data = {"message": message, **more, "documentation_url": "https://docs.github.com/rest"}
    return Said(status=status, data={**data, "status": str(status)})


@dataclass(kw_only=True)
class GitHubServer(Server):
    """One repository, `team/fleet`, with pull request 7."""

    MOST = 65_536
    users: dict[str, str] = field(
        default_factory=lambda: {"ghs_bot": "github-actions", "ghp_eve": "eve", "ghs_read": "read"}
    )
    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: dict[int, dict[str, Any]] = field(
        default_factory=lambda: {7: {"number": 7, "head": {"sha": "a" * 40}}}
    )
    merged: dict[str, list[int]] = field(default_factory=dict)
    locked: bool = False
    next_id: int = 3_000_000_001

    @property
    def variables(self) -> dict[str, str]:
        return {
            "GITHUB_TOKEN": "ghs_bot",
            "GITHUB_REPOSITORY": "team/fleet",
            "GITHUB_API_URL": self.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "FLEET_PULL_REQUEST": "7",
        }

    def say(self, author: str, body: str) -> dict[str, Any]:
        """Somebody's comment."""
        comment = {
            "id": self.next_id,
            "node_id": f"IC_{self.next_id}",
            "html_url": f"https://github.example/team/fleet/pull/7#issuecomment-{self.next_id}",
            "user": {"login": author, "type": "User"},
            "body": body,
            "minimized": "",
            "editor": None,
        }
        self.next_id += 1
        self.comments.append(comment)
        return comment

    def shown(self, author: str = "github-actions") -> list[dict[str, Any]]:
        """Whole comments of somebody."""
        return [
            one for one in self.comments if one["user"]["login"] == author and not one["minimized"]
        ]

    def answer(self, asked: Asked) -> Said:  # noqa: PLR0911 - an answer for each address
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        user = self.users.get(token)
        if user is None:
            return _github_error(401, "Bad credentials")
        if asked.path == "/graphql":
            return self._graphql(asked.data, user)
        if not asked.path.startswith("/repos/team/fleet/"):
            return _github_error(404, "Not Found")
        path = asked.path.removeprefix("/repos/team/fleet/")
        if found := re.fullmatch(r"pulls/(\d+)", path):
            pull = self.pulls.get(int(found[1]))
            return Said(data=pull) if pull else _github_error(404, "Not Found")
        if found := re.fullmatch(r"commits/(\w+)/pulls", path):
            return Said(data=[self.pulls[number] for number in self.merged.get(found[1], [])])
        if asked.method != "GET" and user == "read":
            return _github_error(403, "Resource not accessible by integration")
        if path == "issues/7/comments":
            return self._list(asked) if asked.method == "GET" else self._create(asked, user)
        if found := re.fullmatch(r"issues/comments/(\d+)", path):
            return self._edit(int(found[1]), asked.data["body"], user)
        return _github_error(404, "Not Found")

    def _list(self, asked: Asked) -> Said:
        size = min(100, int(asked.query.get("per_page", "30")))
        page = int(asked.query.get("page", "1"))
        some = self.comments[(page - 1) * size : page * size]
        more = page * size < len(self.comments)
        link = {"Link": f'<{self.url}/?page={page + 1}>; rel="next"'} if more else {}
        kept = {"minimized", "editor"}  # REST tells neither
        return Said(
            data=[{key: each[key] for key in each if key not in kept} for each in some],
            headers=link,
        )

    def _refusal(self, body: str) -> Said | None:
        if self.locked:
            return _github_error(403, "Unable to create comment because issue is locked.")
        if len(body) > self.MOST or len(body.encode()) > 4 * self.MOST:
            error = {
                "resource": "IssueComment",
                "code": "unprocessable",
                "field": "data",
                "message": "Body is too long (maximum is 65536 characters)",
            }
            return _github_error(422, "Validation Failed", errors=[error])
        return None

    def _create(self, asked: Asked, user: str) -> Said:
        body = asked.data["body"]
        return self._refusal(body) or Said(status=201, data=self.say(user, body))

    def _edit(self, number: int, body: str, user: str) -> Said:
        found = [one for one in self.comments if one["id"] == number]
        if not found:
            return _github_error(404, "Not Found")
        refusal = self._refusal(body)
        if refusal is None:
            found[0]["body"] = body
            found[0]["editor"] = {"login": user}
        return refusal or Said(data=found[0])

    def _graphql(self, data: Any, user: str) -> Said:
        query, variables = data["query"], data["variables"]
        nodes = {one["node_id"]: one for one in self.comments}
        if "nodes(ids:" in query:
            if len(variables["ids"]) > 100:
                raise AssertionError("GitHub takes 100 ids at once")
            found = [nodes.get(name) for name in variables["ids"]]
            told = [
                one
                and {
                    "id": one["node_id"],
                    "isMinimized": bool(one["minimized"]),
                    "viewerDidAuthor": one["user"]["login"] == user,
                    "author": one["user"],
                    "editor": one["editor"],
                }
                for one in found
            ]
            missing = [{"type": "NOT_FOUND", "message": "?"} for one in found if one is None]
            return Said(data={"data": {"nodes": told}, **({"errors": missing} if missing else {})})
        if user == "read":
            message = "Resource not accessible by integration"
            return Said(data={"data": None, "errors": [{"type": "FORBIDDEN", "message": message}]})
        one = nodes[variables["id"]]
        if "unminimizeComment" in query:
            one["minimized"] = ""
        else:
            one["minimized"] = re.search(r"classifier: (\w+)", query)[1]  # type: ignore[index]
        return Said(data={"data": {"ok": True}})


@dataclass(kw_only=True)
class GitLabServer(Server):
    """One project, 42, with merge request 7."""

    MOST = 1_000_000
    users: dict[str, int] = field(default_factory=lambda: {"glpat-bot": 900, "glpat-eve": 901})
    jobs: dict[str, int] = field(default_factory=lambda: {"glcbt-job": 900})
    notes: list[dict[str, Any]] = field(default_factory=list)
    merged: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    next_id: int = 5001

    @property
    def variables(self) -> dict[str, str]:
        return {
            "GITLAB_TOKEN": "glpat-bot",
            "CI_API_V4_URL": f"{self.url}/api/v4",
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_COMMIT_SHA": "a" * 40,
        }

    def say(self, author: int, body: str, *, system: bool = False) -> dict[str, Any]:
        note = {"id": self.next_id, "body": body, "author": {"id": author}, "system": system}
        self.next_id += 1
        self.notes.append(note)
        return note

    def answer(self, asked: Asked) -> Said:
        path = asked.path.removeprefix("/api/v4/")
        job = self.jobs.get(asked.headers.get("job-token", ""))
        if path == "job" and job:
            return Said(data={"id": 1, "user": {"id": job}})
        user = self.users.get(asked.headers.get("private-token", ""))
        if user is None:
            return Said(status=401, data={"message": "401 Unauthorized"})
        if path == "user":
            return Said(data={"id": user})
        if found := re.fullmatch(r"projects/42/repository/commits/(\w+)/merge_requests", path):
            return Said(data=self.merged.get(found[1], []))
        notes = "projects/42/merge_requests/7/notes"
        if path == notes:
            return self._list(asked) if asked.method == "GET" else self._written(asked, user, None)
        if found := re.fullmatch(rf"{notes}/(\d+)", path):
            return self._written(asked, user, int(found[1]))
        return Said(status=404, data={"message": "404 Not found"})

    def _list(self, asked: Asked) -> Said:
        size, page = min(100, int(asked.query["per_page"])), int(asked.query["page"])
        some = self.notes[(page - 1) * size : page * size]
        following = str(page + 1) if page * size < len(self.notes) else ""
        # Internal notes are left out after paging: a page may be short, or empty.
        seen = [note for note in some if not note.get("internal")]
        return Said(data=seen, headers={"X-Next-Page": following})

    def _written(self, asked: Asked, user: int, number: int | None) -> Said:
        body = asked.data["body"]
        if len(body) > self.MOST:
            reason = 'Note {:note=>["is too long (maximum is 1000000 characters)"]}'
            return Said(status=400, data={"message": f"400 Bad request - {reason}"})
        if number is None:
            return Said(status=201, data=self.say(user, body))
        found = [note for note in self.notes if note["id"] == number]
        if not found:
            return Said(status=404, data={"message": "404 Note Not Found"})
        if found[0]["author"]["id"] != user:
            return Said(status=403, data={"message": "403 Forbidden"})
        found[0]["body"] = body
        return Said(data=found[0])
