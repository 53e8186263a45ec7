"""The page in a real browser: no complaint on the console, and the keyboard reaches every card.

Runs where Chromium is installed. The browser starts with a fresh profile and
loads one file from disk; that takes a while, so that in the fast set are one page
and one choice. The slow ones earn the rest of what a reader can do.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.rehearsal import page
from tests.unit.rehearsal import kept

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=2000",
)  # fmt: skip

Opened = Callable[[str], tuple[str, list[str]]]
"""From a page to its document after its script ran, and the browser's complaints."""


@pytest.fixture(scope="session")
def browser() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    # Some distributions put a stub there that only says how to install it.
    if (
        found is None
        or subprocess.run([found, "--version"], check=False, capture_output=True).returncode
    ):
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    return found


@pytest.fixture
def opened(browser: str, tmp_path: Path) -> Opened:
    def open_it(html: str) -> tuple[str, list[str]]:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        argv = [browser, *FLAGS, profile, "--dump-dom", file.as_uri()]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    return open_it


def driven(html: str, script: str) -> str:
    """The page with one more script after its own, which its policy lets run."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    allowing = html.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    return allowing.replace("</body>", f"<script>{script}</script></body>")


@pytest.mark.parametrize("name", ["lab", pytest.param("production", marks=pytest.mark.slow)])
def test_the_browser_has_nothing_to_complain_about(name: str, opened: Opened) -> None:
    document, console = opened(page.render(kept.fixture(name)))

    assert console == []
    assert 'role="application"' in document


@pytest.mark.slow
def test_the_policy_stops_a_script_that_is_not_ours(opened: Opened) -> None:
    html = page.render(kept.fixture("lab"))

    document, console = opened(
        html.replace("</body>", "<script>document.title = 'x'</script></body>")
    )

    assert "<title>x</title>" not in document
    assert any("Content Security Policy" in line for line in console)


@pytest.mark.slow
def test_arrow_keys_walk_from_card_to_card(opened: Opened) -> None:
    keys = "for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'ArrowRight'])"
    press = "document.getElementById('map').dispatchEvent(new KeyboardEvent('keydown', { key }));"

    document, console = opened(driven(page.render(kept.fixture("lab")), f"{keys} {press}"))

    assert console == []
    assert re.search(r'id="tip".*?slices-h20-001.*?card 2 · H20-96G', document, re.DOTALL)


def test_choosing_cores_colours_by_cores(opened: Opened) -> None:
    choose = "document.querySelector('[value=cores]').click();"

    document, console = opened(driven(page.render(kept.fixture("lab")), choose))

    assert console == []
    assert "0 – 100 % of the card’s cores" in document
