"""What becomes of the comment on a pull request of GitHub?"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from environments.errors import FleetError, OutsideError, UsageError
from policies.review.review import Review
from scripts.reviewing import markdown, posting
from scripts.reviewing.markdown import Extras
from scripts.reviewing.posting.github import GitHub, github
from scripts.reviewing.posting.web import PATIENCE, Refused
from tests.unit.reviewing.forges import Asked, GitHubServer, Said
from tests.unit.reviewing.plans import created, plan, review

SHA = "a" * 40


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    made = GitHubServer()
    with made.running():
        yield made


@pytest.fixture
def waits() -> list[float]:
    """Seconds that would have been waited."""
    return []


@pytest.fixture
def lab(tmp_path: Path) -> Review:
    return review(tmp_path, created("a", "b"), "lab")


@pytest.fixture
def nothing(tmp_path: Path) -> Review:
    return review(tmp_path, plan(), "lab")


def forge(server: GitHubServer, waits: list[float] | None = None, /, **given: str) -> GitHub:
    return github({**server.variables, **given}, ([] if waits is None else waits).append)


def test_the_first_run_writes_a_comment_and_the_next_edits_it(
    server: GitHubServer, lab: Review, tmp_path: Path
):
    first = posting.post(forge(server), lab, Extras())
    second = posting.post(forge(server), review(tmp_path, created("c"), "lab"), Extras())

    (comment,) = server.comments
    assert first == f"GitHub: wrote {comment['html_url']} on pull request 7 of team/fleet"
    assert second == f"GitHub: edited {comment['html_url']} on pull request 7 of team/fleet"
    assert comment["body"].startswith("<!-- gpu-fleet-review ")
    assert "### lab: 1 create" in comment["body"]


def test_no_changes_write_nothing_but_edit_what_is_there(
    server: GitHubServer, lab: Review, nothing: Review
):
    silent = posting.post(forge(server), nothing, Extras())
    assert server.comments == []

    posting.post(forge(server), lab, Extras())
    posting.post(forge(server), nothing, Extras())

    (comment,) = server.comments
    assert silent == "GitHub: nothing changes, and no comment said otherwise: none is written"
    assert "### lab: no changes" in comment["body"]
    assert '"state": "no changes"' in comment["body"].splitlines()[0]


def test_outputs_that_change_are_no_silence(server: GitHubServer, tmp_path: Path):
    outputs = {"vpc": {"actions": ["update"], "before": "a", "after": "b"}}

    posting.post(forge(server), review(tmp_path, plan(output_changes=outputs), "lab"), Extras())

    (comment,) = server.comments
    assert "### lab: outputs only" in comment["body"]
    assert "**This changes outputs only.**" in comment["body"]
    assert "`vpc` (update)" in comment["body"]


def test_two_environments_have_a_comment_each(server: GitHubServer, lab: Review, tmp_path: Path):
    staging = review(tmp_path, created("s"), "staging")

    for _ in range(2):
        posting.post(forge(server), lab, Extras())
        posting.post(forge(server), staging, Extras())

    titles = [comment["body"].splitlines()[1] for comment in server.comments]
    assert titles == ["### lab: 2 create", "### staging: 1 create"]


def test_plans_without_an_environment_are_told_apart_by_their_stacks(
    server: GitHubServer, tmp_path: Path
):
    for name in ("network", "cluster", "network"):
        (tmp_path / name).mkdir(exist_ok=True)
        posting.post(forge(server), _of_stack(tmp_path / name, name), Extras())

    assert len(server.comments) == 2


def test_a_strangers_imitation_is_neither_edited_nor_believed(
    server: GitHubServer, lab: Review, tmp_path: Path
):
    forged = markdown.render(review(tmp_path, created("evil"), "lab"), Extras(head=SHA))
    for _ in range(150):
        server.say("eve", forged)
    posting.post(forge(server), lab, Extras())
    for _ in range(150):
        server.say("eve", forged)

    posting.post(forge(server), lab, Extras())
    noted = posting.reviewed(forge(server), "lab")

    assert noted is not None
    assert noted.hash == lab.hash
    assert len(server.shown()) == 1
    assert all(one["body"] == forged and not one["minimized"] for one in server.shown("eve"))


def test_our_comment_is_found_behind_hundreds_of_others(server: GitHubServer, lab: Review):
    for number in range(230):
        server.say("eve", f"+1 {number}")
    posting.post(forge(server), lab, Extras())
    for number in range(120):
        server.say("eve", f"-1 {number}")

    said = posting.post(forge(server), lab, Extras())

    assert said.startswith("GitHub: edited ")
    assert len(server.shown()) == 1


def test_older_ones_of_the_same_environment_are_minimized_as_outdated_once(
    server: GitHubServer, lab: Review, tmp_path: Path
):
    text = markdown.render(lab, Extras())
    older = [server.say("github-actions", text) for _ in range(3)]
    staging = markdown.render(review(tmp_path, created("s"), "staging"), Extras())
    apart = server.say("github-actions", staging)
    last = server.say("github-actions", text)

    for _ in range(2):
        posting.post(forge(server), lab, Extras())

    assert [one["minimized"] for one in older] == ["OUTDATED"] * 3
    assert last["minimized"] == apart["minimized"] == ""
    assert _mutations(server) == 3


def test_what_cannot_be_hidden_is_told_and_does_not_fail_the_review(
    server: GitHubServer, lab: Review
):
    text = markdown.render(lab, Extras())
    for _ in range(2):
        server.say("github-actions", text)
    denied = {"data": None, "errors": [{"type": "FORBIDDEN", "message": "not yours"}]}
    server.disturb = lambda asked: Said(data=denied) if _is_mutation(asked) else None

    said = posting.post(forge(server), lab, Extras())

    assert "; older ones stay: GitHub: cannot look at or hide comments of pull request 7" in said
    assert "(403: not yours)" in said


def test_what_a_person_hid_is_shown_again_when_there_is_news(server: GitHubServer, lab: Review):
    comment = server.say("github-actions", markdown.render(lab, Extras()))
    comment["minimized"] = "RESOLVED"

    posting.post(forge(server), lab, Extras())

    assert comment["minimized"] == ""


def test_two_runs_at_once_leave_one_comment_to_be_seen(server: GitHubServer, lab: Review):
    both_have_looked = threading.Barrier(2, timeout=20)
    looks = iter(range(2))

    def hold(asked: Asked) -> None:
        look = asked.method == "GET" and asked.path.endswith("/comments")
        if look and next(looks, None) is not None:
            both_have_looked.wait()

    server.disturb = hold
    runs = [
        threading.Thread(target=posting.post, args=(forge(server), lab, Extras())) for _ in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(server.calls("POST", "/issues/7/comments")) == 2
    assert server.shown() == [server.comments[-1]]


def test_an_earlier_run_never_overwrites_what_a_later_one_wrote(
    server: GitHubServer, lab: Review, nothing: Review
):
    posting.post(forge(server, GITHUB_RUN_ID="1002"), lab, Extras())
    said = posting.post(forge(server, GITHUB_RUN_ID="999"), nothing, Extras())
    again = posting.post(forge(server, GITHUB_RUN_ID="1002"), lab, Extras())

    (comment,) = server.comments
    assert said.startswith("GitHub: a later run has written ")
    assert again.startswith("GitHub: edited ")
    assert "### lab: 2 create" in comment["body"]


def test_a_comment_that_was_made_though_the_answer_was_lost_is_not_made_twice(
    server: GitHubServer, lab: Review, waits: list[float]
):
    lost = iter([Said(drop=True), Said(status=502, raw=b"<html>bad gateway</html>")])
    server.after = lambda asked, said: (
        next(lost) if asked.method == "POST" and said.status == 201 else said
    )

    said = posting.post(forge(server, waits), lab, Extras())

    assert len(server.comments) == 1
    assert said.startswith("GitHub: edited ")
    assert waits == [1.0]


def test_a_page_of_a_proxy_is_no_answer(server: GitHubServer, lab: Review):
    place = forge(server)
    server.disturb = lambda _: Said(raw=b"<html>sign in first</html>")

    with pytest.raises(Refused) as error:
        posting.post(place, lab, Extras())

    assert str(error.value) == (
        f"{READ} (200: an answer that is no JSON); check GITHUB_API_URL and GITHUB_REPOSITORY"
    )


def test_a_comment_that_vanishes_meanwhile_is_written_anew(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras())

    def vanish(asked: Asked) -> None:
        if asked.method == "PATCH":
            server.comments.clear()

    server.disturb = vanish
    said = posting.post(forge(server), lab, Extras())

    assert said.startswith("GitHub: wrote ")
    assert len(server.comments) == 1


@pytest.mark.parametrize(
    ("answer", "waited"),
    [
        (Said(status=502, raw=b"<html></html>"), 1.0),
        (Said(status=503, headers={"Retry-After": "7"}), 7.0),
        (Said(status=429, headers={"Retry-After": "30"}), 30.0),
        (
            Said(
                status=403,
                data={"message": "You have exceeded a secondary rate limit. Please wait"},
            ),
            60.0,
        ),
        (Said(status=403, headers={"Retry-After": "11"}, data={"message": "abuse"}), 11.0),
        (Said(drop=True), 1.0),
    ],
)
def test_a_bad_minute_is_waited_out_for_as_long_as_the_server_says(
    server: GitHubServer, lab: Review, waits: list[float], answer: Said, waited: float
):
    left = [answer]
    place = forge(server, waits)
    server.disturb = lambda asked: left.pop() if asked.method == "GET" and left else None

    posting.post(place, lab, Extras())

    assert waits == [waited]
    assert len(server.comments) == 1


def test_a_spent_limit_is_waited_for_until_it_is_renewed(
    server: GitHubServer, lab: Review, waits: list[float]
):
    headers = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(time.time()) + 40),
        "Date": "",
    }
    graphql = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    server.say("github-actions", markdown.render(lab, Extras()))
    left = [Said(data=graphql, headers=headers)]
    server.disturb = lambda asked: left.pop() if asked.path == "/graphql" and left else None

    posting.post(forge(server, waits), lab, Extras())

    (waited,) = waits
    assert 38 < waited <= 41


def test_nobody_waits_for_ever(server: GitHubServer, lab: Review, waits: list[float]):
    place = forge(server, waits)
    server.disturb = lambda _: Said(status=429, headers={"Retry-After": "61"})

    with pytest.raises(Refused) as refused:
        posting.post(place, lab, Extras())

    assert sum(waits) <= PATIENCE
    assert str(refused.value) == (
        "GitHub: cannot read pull request 7 of team/fleet (429); too much was asked in its"
        " name; run again in some minutes"
    )


def test_a_server_that_is_down_is_told_as_such(lab: Review, waits: list[float]):
    server = GitHubServer()
    with server.running():
        place = forge(server, waits)

    with pytest.raises(OutsideError) as error:
        posting.post(place, lab, Extras())

    assert str(error.value) == (
        "GitHub: cannot read pull request 7 of team/fleet: connection refused; is"
        f" {server.url}/ right and reachable?"
    )
    assert len(waits) == 5


READ = "GitHub: cannot read pull request 7 of team/fleet"
WRITE = "GitHub: cannot write to pull request 7 of team/fleet"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"GITHUB_TOKEN": "ghs_old"},
            (
                f"{READ} (401: Bad credentials); GITHUB_TOKEN is expired or of another server;"
                " set it anew"
            ),
        ),
        (
            {"GITHUB_TOKEN": "ghs_read"},
            (
                f"{WRITE} (403: Resource not accessible by integration); the token may not; give the"
                " job `permissions: pull-requests: write` (a pull request from a fork never has it)"
            ),
        ),
        (
            {"FLEET_PULL_REQUEST": "8"},
            (
                "GitHub: cannot read pull request 8 of team/fleet (404: Not Found); it is not there,"
                " or the token may not see it; check GITHUB_REPOSITORY and FLEET_PULL_REQUEST, and"
                " give the job `permissions: pull-requests: write`"
            ),
        ),
    ],
)
def test_a_refusal_says_what_to_set(
    server: GitHubServer, lab: Review, given: dict[str, str], message: str
):
    with pytest.raises(OutsideError) as error:
        posting.post(forge(server, **given), lab, Extras())

    assert str(error.value) == message
    assert error.value.exit_code == 3


def test_a_locked_conversation_is_told_as_such(server: GitHubServer, lab: Review):
    server.locked = True

    with pytest.raises(Refused, match=r"because issue is locked\.\); the conversation is locked"):
        posting.post(forge(server), lab, Extras())


def test_the_server_refuses_what_is_too_long_and_that_is_told(server: GitHubServer):
    with pytest.raises(Refused) as error:
        forge(server).create("x" * 65_537)

    assert str(error.value) == (
        f"{WRITE} (422: Validation Failed: Body is too long (maximum is 65536 characters)); the"
        " text is over GitHub's limit; report it, for we keep below"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"GITHUB_TOKEN": " \n"},
            "GITHUB_TOKEN is not set; in a workflow: env: GITHUB_TOKEN: ${{ github.token }}",
        ),
        (
            {"GITHUB_TOKEN": "ghs_a\nX-Evil:1"},
            "GITHUB_TOKEN holds a character that no token has; set it anew",
        ),
        (
            {"GITHUB_TOKEN": "ghs_ä"},
            "GITHUB_TOKEN holds a character that no token has; set it anew",
        ),
        ({"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY is not set; it is OWNER/NAME"),
        (
            {"GITHUB_REPOSITORY": "team/fleet/../x"},
            'GITHUB_REPOSITORY: "team/fleet/../x" is not OWNER/NAME',
        ),
        ({"FLEET_PULL_REQUEST": "seven"}, 'FLEET_PULL_REQUEST: "seven" is no number'),
        (
            {"FLEET_PULL_REQUEST": ""},
            (
                "no pull request: GITHUB_EVENT_PATH names none and GITHUB_SHA is not set; set"
                " FLEET_PULL_REQUEST to its number"
            ),
        ),
        (
            {"FLEET_PULL_REQUEST": "", "GITHUB_EVENT_PATH": "/nowhere.json"},
            "GITHUB_EVENT_PATH: /nowhere.json cannot be read as JSON",
        ),
        (
            {"GITHUB_API_URL": "http://user:secret@github.example/api/v3"},
            "GITHUB_API_URL: http://github.example is no https address; a token goes nowhere else",
        ),
    ],
)
def test_a_variable_that_is_wrong_is_named_before_anything_is_asked(
    server: GitHubServer, given: dict[str, str], message: str
):
    with pytest.raises(UsageError) as error:
        forge(server, **given)

    assert str(error.value) == message
    assert server.log == []


def test_the_token_shows_nowhere_even_when_the_server_echoes_it(server: GitHubServer, lab: Review):
    server.disturb = lambda asked: Said(
        status=418, data={"message": f"you sent {asked.headers['authorization']}"}
    )
    made = None
    with pytest.raises(FleetError) as error:
        made = posting.post(forge(server, FLEET_PULL_REQUEST="7"), lab, Extras())

    assert made is None
    assert "you sent Bearer ***" in str(error.value)
    server.disturb = lambda _: None
    kept = forge(server)
    seen = (str(error.value), repr(error.value), repr(kept), repr(error.value.__context__))
    assert all("ghs_bot" not in text for text in seen)


def test_the_token_does_not_follow_to_another_server(server: GitHubServer, lab: Review):
    other = GitHubServer()
    with other.running():
        made = forge(server)
        server.disturb = lambda _: Said(status=307, headers={"Location": f"{other.url}/x"})

        with pytest.raises(Refused, match=r"cannot read pull request 7 of team/fleet \(307\)"):
            posting.post(made, lab, Extras())

    assert other.log == []


def test_a_repository_that_was_renamed_is_followed_on_its_server(server: GitHubServer, lab: Review):
    def moved(asked: Asked) -> Said | None:
        if asked.path.startswith("/repos/team/old/"):
            rest = asked.path.removeprefix("/repos/team/old/")
            return Said(status=307, headers={"Location": f"/repos/team/fleet/{rest}"})
        return None

    server.disturb = moved
    posting.post(forge(server, GITHUB_REPOSITORY="team/old"), lab, Extras())

    assert len(server.comments) == 1


def test_the_pull_request_of_a_job_comes_from_its_event(
    server: GitHubServer, lab: Review, tmp_path: Path
):
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7, "head": {"sha": "%s"}}}' % ("b" * 40))
    run = {"GITHUB_EVENT_PATH": str(event), "GITHUB_RUN_ID": "11", "FLEET_PULL_REQUEST": ""}

    posting.post(forge(server, **run), lab, Extras())

    (comment,) = server.comments
    assert f'"head": "{"b" * 40}"' in comment["body"]
    assert "(https://github.example/team/fleet/actions/runs/11)" in comment["body"]


def test_after_the_merge_the_review_is_found_by_the_commit(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras())
    _merge(server, "c" * 40)

    place = forge(server, FLEET_PULL_REQUEST="", GITHUB_SHA="c" * 40)
    noted = posting.reviewed(place, "lab")

    assert noted is not None
    assert (noted.hash, noted.state) == (lab.hash, "planned")
    assert posting.reviewed(place, "staging") is None


def test_of_several_pull_requests_with_a_commit_the_one_that_it_merged_is_meant(
    server: GitHubServer,
):
    merged, commit = {"merged_at": "2026-11-22T00:00:00Z"}, "c" * 40
    for number in (5, 6):
        server.pulls[number] = {"number": number, "head": {"sha": "e" * 40}, **merged}
    server.pulls[7] |= {**merged, "merge_commit_sha": commit}
    server.merged = {commit: [5, 7], "d" * 40: [5, 6]}

    made = forge(server, FLEET_PULL_REQUEST="", GITHUB_SHA=commit)
    with pytest.raises(UsageError) as error:
        forge(server, FLEET_PULL_REQUEST="", GITHUB_SHA="d" * 40)

    assert (made.number, made.head) == (7, SHA)
    assert str(error.value) == (
        "2 merged pull requests brought dddddddddddd; set FLEET_PULL_REQUEST to the number of the"
        " one that is meant"
    )


def test_a_commit_of_no_pull_request_names_no_review(server: GitHubServer):
    with pytest.raises(UsageError, match="no merged pull requests brought cccccccccccc; set"):
        forge(server, FLEET_PULL_REQUEST="", GITHUB_SHA="c" * 40)


def test_a_review_that_was_edited_by_hand_is_none(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras())
    server.comments[0]["editor"] = {"login": "eve"}

    with pytest.raises(posting.NotReviewed) as error:
        posting.reviewed(forge(server), "lab")

    url = server.comments[0]["html_url"]
    assert str(error.value) == (f'{url}: "eve" changed the review by hand; run the review anew')
    assert error.value.exit_code == 1


def test_a_review_of_an_earlier_commit_is_none(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras())
    server.pulls[7]["head"]["sha"] = "d" * 40

    with pytest.raises(posting.NotReviewed) as error:
        posting.reviewed(forge(server), "lab")

    assert str(error.value) == (
        "the review on pull request 7 of team/fleet is of commit aaaaaaaaaaaa, and its last is"
        " dddddddddddd; review that one and apply by its hash"
    )


def test_applied_edits_the_comment_and_keeps_what_was_reviewed(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras())
    posting.post(forge(server), lab, Extras(state="applied", link="https://run.example/1"))

    (comment,) = server.comments
    noted = posting.reviewed(forge(server), "lab")
    assert "✅ **Applied.** As reviewed, it changes nothing that is in use." in comment["body"]
    assert "[the run](https://run.example/1)" in comment["body"]
    assert "fleet apply --reviewed" not in comment["body"]
    assert noted is not None
    assert (noted.state, noted.hash) == ("applied", lab.hash)


def test_what_failed_is_not_called_applied(server: GitHubServer, lab: Review):
    posting.post(forge(server), lab, Extras(state="failed"))

    assert "⛔ **Not applied, or not to the end.**" in server.comments[0]["body"]


@pytest.mark.parametrize(
    "variables",
    [
        {"GITHUB_API_URL": "https://ghe.example/api/v3"},
        {
            "GITHUB_API_URL": "https://ghe.example/api/v3",
            "GITHUB_GRAPHQL_URL": "https://ghe.example/api/graphql",
        },
    ],
)
def test_an_enterprise_server_has_its_graphql_elsewhere(tmp_path: Path, variables: dict[str, str]):
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7, "head": {"sha": "b"}}}')

    made = github(
        {
            "GITHUB_TOKEN": "x",
            "GITHUB_REPOSITORY": "a/b",
            "GITHUB_EVENT_PATH": str(event),
            **variables,
        }
    )

    assert made.graphql == "https://ghe.example/api/graphql"


def _of_stack(folder: Path, name: str) -> Review:
    found = review(folder, created(name))
    (stack,) = found.stacks
    named: Review = _replace(found, stacks=(_replace(stack, name=name),))
    return named


def _replace(struct: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(struct, **changes)


def _merge(server: GitHubServer, commit: str) -> None:
    server.pulls[7] |= {"merged_at": "2026-11-22T00:00:00Z", "merge_commit_sha": commit}
    server.merged[commit] = [7]


def _is_mutation(asked: Asked) -> bool:
    return asked.path == "/graphql" and asked.data["query"].startswith("mutation")


def _mutations(server: GitHubServer) -> int:
    return sum(map(_is_mutation, server.log))
