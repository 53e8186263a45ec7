"""How is a forge asked, so that a bad minute there is waited out and a token never shows?

Every answer that is no success becomes an error with the forge's own words in it. The
token goes to one server only, and into no message, whatever that server echoes.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any
from urllib.parse import urljoin, urlsplit

from environments.errors import OutsideError, UsageError
from policies.reports.inert import visible

TIMEOUT = 30.0
"""Seconds that one question may take."""
PATIENCE = 180.0
"""Seconds that all waiting for one answer may take."""
ATTEMPTS = 6
SECONDARY = 60.0
"""Seconds that GitHub asks to wait at least when it limits and does not say how long."""
REDIRECTS = 3
SHOWN = 300
"""Characters of what a forge says that are told."""

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Refused(OutsideError):
    """The forge does not do what it was asked."""

    def __init__(self, message: str, *, status: int, said: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


class Unsure(OutsideError):
    """Something was to be made, and nobody knows whether it was: look before it is made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the forge said."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def limited(self) -> bool:
        """Whether it was not done because too much was asked."""
        if self.status == 429:
            return True
        spent = self.headers.get("x-ratelimit-remaining") == "0"
        if self.status == 200:  # so GraphQL says it
            return spent and b'"RATE_LIMITED"' in self.body
        return self.status == 403 and (
            spent or "retry-after" in self.headers or b"rate limit" in self.body.lower()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """One forge's API, asked in one name."""

    forge: str
    """Its name, for messages."""
    root: str
    """The address that paths are appended to."""
    variable: str
    """Where the token came from."""
    token: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Of every request; the token is among them."""
    step: Callable[[int, str], str]
    """What to do about a status and what was said with it."""
    sleep: Callable[[float], object] = time.sleep

    def ask(
        self, method: str, path: str, what: str, data: object = None, *, again: bool | None = None
    ) -> Answer:
        """The answer to a request that succeeded; `what` says in words what was asked for.

        Limits and failures of the server are waited out. `again` says whether the request
        does no harm when it is made twice; all but POST are so. Raises `Refused`, `Unsure`.
        """
        harmless = method != "POST" if again is None else again
        patience = PATIENCE
        for attempt in count(1):
            answer, trouble = self._once(method, urljoin(self.root, path), data)
            if answer is not None and answer.status < 300 and not answer.limited:
                if answer.body.lstrip()[:1] in {b"{", b"["}:
                    return answer
                raise self.refused(answer.status, "an answer that is no JSON", what)
            wait = 0.0 if answer is None else _wait(answer)
            if wait is None:
                raise self._refused(answer, what, trouble)
            wait = wait or min(2.0 ** (attempt - 1), 30.0)
            if not harmless and not (answer is not None and answer.limited):
                # It may appear a moment later.
                self.sleep(min(wait, 30.0))
                raise Unsure(str(self._refused(answer, what, trouble)))
            if attempt >= ATTEMPTS or wait > patience:
                raise self._refused(answer, what, trouble)
            patience -= wait
            self.sleep(wait)
        raise AssertionError("this is a bug: counting ended")

    def refused(self, status: int, said: str, what: str) -> Refused:
        """The error for what was not done."""
        said = self.clean(said)
        told = f"{status}: {said}" if said else str(status)
        step = self.step(status, said)
        return Refused(f"{self.forge}: cannot {what} ({told}); {step}", status=status, said=said)

    def clean(self, text: str) -> str:
        """Text of the server as one harmless line, without the token."""
        text = visible(text.replace(self.token, "***")).strip()
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

    def _refused(self, answer: Answer | None, what: str, trouble: str) -> Refused:
        if answer is None:
            said = self.clean(trouble)
            message = f"{self.forge}: cannot {what}: {said}; is {self.root} right and reachable?"
            return Refused(message, status=0, said=said)
        return self.refused(answer.status, said_in(answer), what)

    def _once(self, method: str, url: str, data: object) -> tuple[Answer | None, str]:
        """The answer, or why there is none."""
        content = None if data is None else json.dumps(data).encode()
        for _ in range(REDIRECTS):
            request = urllib.request.Request(url, content, dict(self.headers), method=method)  # noqa: S310 - checked when it was read
            try:
                answer = _answer(request)
            except (OSError, http.client.HTTPException) as error:
                return None, _reason(error)
            except ValueError:
                # Its text would quote the header, and so the token.
                return None, "the address or the token cannot be sent"
            if answer.status not in {301, 302, 307, 308}:
                return answer, ""
            target = urljoin(url, answer.headers.get("location", ""))
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                # The token is not for whoever that is.
                return Answer(status=answer.status, headers={}, body=b""), ""
            url = target
        return Answer(status=310, headers={}, body=b""), ""


def said_in(answer: Answer) -> str:
    """The words of an answer: GitHub and GitLab put them in several places."""
    data = answer.data
    if not isinstance(data, dict):
        text = answer.body[:1000].decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else text
    found = data.get("message") or data.get("error_description") or data.get("error") or ""
    parts = [found if isinstance(found, str) else json.dumps(found)]
    parts += [
        str(error.get("message") or error) if isinstance(error, dict) else str(error)
        for error in data.get("errors") or ()
    ]
    return ": ".join(part for part in parts if part)


def checked_root(variable: str, root: str) -> str:
    """The address of an API. `UsageError` for one that would carry the token in clear."""
    parts = urlsplit(root)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return f"{root.rstrip('/')}/"
    shown = visible(f"{parts.scheme}://{parts.hostname or ''}")
    raise UsageError(f"{variable}: {shown} is no https address; a token goes nowhere else")


def checked_token(variable: str, token: str) -> str:
    """The token without the line break that files end with. `UsageError` for what is none."""
    token = token.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(f"{variable} holds a character that no token has; set it anew")
    return token


class _Still(urllib.request.HTTPRedirectHandler):
    """Goes nowhere by itself: it would take the token along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(request: urllib.request.Request) -> Answer:
    host = urlsplit(request.full_url).hostname
    # A proxy for the outside world must not be asked for the loopback.
    proxies = urllib.request.ProxyHandler({} if host in LOOPBACK else None)
    opener = urllib.request.build_opener(proxies, _Still())
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return _read(response.status, response)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error)


def _read(status: int, response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=status, headers=headers, body=response.read())


def _reason(error: OSError | http.client.HTTPException) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{cause.verify_message}; name the authority's file in SSL_CERT_FILE"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause).lower() or type(cause).__name__


def _wait(answer: Answer) -> float | None:
    """Seconds until it makes sense to ask again: 0 for nobody knows, None for never."""
    if not answer.limited:
        return _retry_after(answer) if answer.status >= 500 else None
    found = _retry_after(answer)
    if found:
        return found
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(1.0, int(reset) - time.time() + 1)
    return SECONDARY if answer.status == 403 else 0.0


def _retry_after(answer: Answer) -> float:
    value = answer.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(1.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0
