"""What becomes of the note on a merge request of GitLab?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from environments.errors import FleetError, OutsideError, UsageError
from policies.review.review import Review
from scripts.reviewing import markdown, posting
from scripts.reviewing.markdown import Extras
from scripts.reviewing.posting.gitlab import GitLab, gitlab
from scripts.reviewing.posting.web import Refused
from tests.unit.reviewing.forges import GitLabServer, Said
from tests.unit.reviewing.plans import created, plan, review


@pytest.fixture
def server() -> Iterator[GitLabServer]:
    made = GitLabServer()
    with made.running():
        yield made


@pytest.fixture
def lab(tmp_path: Path) -> Review:
    return review(tmp_path, created("a", "b"), "lab")


def forge(server: GitLabServer, waits: list[float] | None = None, /, **given: str) -> GitLab:
    return gitlab({**server.variables, **given}, ([] if waits is None else waits).append)


def test_one_note_is_written_and_then_edited(server: GitLabServer, lab: Review, tmp_path: Path):
    posting.post(forge(server), lab, Extras())
    said = posting.post(forge(server), review(tmp_path, plan(), "lab"), Extras())

    (note,) = server.notes
    assert said == "GitLab: edited #note_5001 on merge request 7 of project 42"
    assert "### lab: no changes" in note["body"]


def test_nothing_is_written_where_nothing_changes(server: GitLabServer, tmp_path: Path):
    posting.post(forge(server), review(tmp_path, plan(), "lab"), Extras())

    assert server.notes == []


def test_our_note_is_found_behind_pages_that_are_short(server: GitLabServer, lab: Review):
    for _ in range(150):
        server.say(901, "internal")["internal"] = True
    posting.post(forge(server), lab, Extras())
    for _ in range(120):
        server.say(901, "+1")

    said = posting.post(forge(server), lab, Extras())

    assert said.startswith("GitLab: edited #note_5151 ")
    assert sum(note["author"]["id"] == 900 for note in server.notes) == 1


def test_a_strangers_imitation_and_a_system_note_are_left_alone(server: GitLabServer, lab: Review):
    forged = markdown.render(lab, Extras())
    server.say(901, forged)
    server.say(900, forged, system=True)

    posting.post(forge(server), lab, Extras())

    assert [note["body"] for note in server.notes[:2]] == [forged, forged]
    assert len(server.notes) == 3


def test_older_notes_are_folded_and_point_to_the_one_that_holds(server: GitLabServer, lab: Review):
    text = markdown.render(lab, Extras())
    for _ in range(2):
        server.say(900, text)

    for _ in range(2):
        posting.post(forge(server), lab, Extras())

    old, last = server.notes
    assert old["body"].startswith("Outdated; see [the current one](#note_5002).\n\n<details>")
    assert old["body"].endswith("</details>")
    assert "### lab: 2 create" in old["body"]
    assert last["body"].startswith("<!-- gpu-fleet-review ")
    assert len(server.calls("PUT", "/notes/5001")) == 1


def test_two_environments_have_a_note_each(server: GitLabServer, lab: Review, tmp_path: Path):
    staging = review(tmp_path, created("s"), "staging")

    for _ in range(2):
        posting.post(forge(server), lab, Extras())
        posting.post(forge(server), staging, Extras())

    assert len(server.notes) == 2


def test_a_jobs_own_token_is_told_to_be_too_little(server: GitLabServer, lab: Review):
    given = {"GITLAB_TOKEN": "", "CI_JOB_TOKEN": "glcbt-job"}

    with pytest.raises(OutsideError) as error:
        posting.post(forge(server, **given), lab, Extras())

    assert str(error.value) == (
        "GitLab: cannot read merge request 7 of project 42 (401: 401 Unauthorized); a job's own"
        " token may not write notes; set GITLAB_TOKEN to a project access token with the scope"
        " api and the role Reporter"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"GITLAB_TOKEN": "glpat-old"},
            (
                "GitLab: cannot ask who GITLAB_TOKEN is (401: 401 Unauthorized); GITLAB_TOKEN is"
                " expired or of another server; set it anew"
            ),
        ),
        (
            {"CI_MERGE_REQUEST_IID": "8"},
            (
                "GitLab: cannot read merge request 8 of project 42 (404: 404 Not found); it is not"
                " there, or GITLAB_TOKEN may not see it; check CI_PROJECT_ID and CI_MERGE_REQUEST_IID"
            ),
        ),
    ],
)
def test_a_refusal_says_what_to_set(
    server: GitLabServer, lab: Review, given: dict[str, str], message: str
):
    with pytest.raises(OutsideError) as error:
        posting.post(forge(server, **given), lab, Extras())

    assert str(error.value) == message


def test_a_token_of_too_small_a_scope_is_told_as_such(server: GitLabServer, lab: Review):
    place = forge(server)
    body = {
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges than provided by the access token.",
        "scope": "api",
    }
    server.disturb = lambda asked: Said(status=403, data=body) if asked.method == "POST" else None

    with pytest.raises(Refused) as error:
        posting.post(place, lab, Extras())

    assert str(error.value) == (
        "GitLab: cannot write to merge request 7 of project 42 (403: The request requires higher"
        " privileges than provided by the access token.); GITLAB_TOKEN may not; it needs the"
        " scope api and the role Reporter or higher"
    )


def test_the_server_refuses_what_is_too_long_and_that_is_told(server: GitLabServer):
    with pytest.raises(Refused) as error:
        forge(server).create("x" * 1_000_001)

    assert "is too long (maximum is 1000000 characters)" in str(error.value)
    assert str(error.value).endswith(
        "; the text is over GitLab's limit; report it, for we keep below"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"GITLAB_TOKEN": ""},
            (
                "GITLAB_TOKEN is not set; make it a masked variable with a project access token of"
                " the scope api"
            ),
        ),
        (
            {"CI_PROJECT_ID": ""},
            "CI_PROJECT_ID is not set; it is the number or path of the project",
        ),
        ({"CI_MERGE_REQUEST_IID": "x"}, 'CI_MERGE_REQUEST_IID: "x" is no number'),
        (
            {"CI_MERGE_REQUEST_IID": "", "CI_COMMIT_SHA": ""},
            (
                "no merge request: CI_MERGE_REQUEST_IID and CI_COMMIT_SHA are not set; run in a"
                " pipeline of merge requests"
            ),
        ),
        (
            {"CI_API_V4_URL": "http://gitlab.example/api/v4"},
            "CI_API_V4_URL: http://gitlab.example is no https address; a token goes nowhere else",
        ),
    ],
)
def test_a_variable_that_is_wrong_is_named_before_anything_is_asked(
    server: GitLabServer, given: dict[str, str], message: str
):
    with pytest.raises(UsageError) as error:
        forge(server, **given)

    assert str(error.value) == message
    assert server.log == []


def test_a_busy_server_is_asked_again(server: GitLabServer, lab: Review):
    waits: list[float] = []
    place = forge(server, waits)
    left = [Said(status=429, raw=b"Retry later\n", headers={"Retry-After": "5"})]
    server.disturb = lambda _: left.pop() if left else None

    posting.post(place, lab, Extras())

    assert waits == [5.0]
    assert len(server.notes) == 1


def test_the_token_shows_nowhere_even_when_the_server_echoes_it(server: GitLabServer, lab: Review):
    place = forge(server)
    server.disturb = lambda asked: Said(status=400, data={"message": json.dumps(asked.headers)})

    with pytest.raises(FleetError) as error:
        posting.post(place, lab, Extras())

    assert "***" in str(error.value)
    assert "glpat-bot" not in f"{error.value} {error.value!r} {place!r}"


def test_after_the_merge_the_review_is_found_by_the_commit(server: GitLabServer, lab: Review):
    posting.post(forge(server), lab, Extras())
    server.merged["c" * 40] = [
        {"iid": 9, "state": "opened", "sha": "c" * 40},
        {"iid": 7, "state": "merged", "sha": "a" * 40, "squash_commit_sha": "c" * 40},
    ]

    place = forge(server, CI_MERGE_REQUEST_IID="", CI_COMMIT_SHA="c" * 40)
    noted = posting.reviewed(place, "lab")

    assert noted is not None
    assert noted.hash == lab.hash


def test_a_project_is_named_by_its_path_too(server: GitLabServer):
    made = forge(server, CI_PROJECT_ID="team/sub/fleet")

    assert made.project == "team%2Fsub%2Ffleet"
