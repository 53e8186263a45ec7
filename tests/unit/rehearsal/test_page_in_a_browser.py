"""The page in a real browser: no complaint on the console, and the keyboard reaches every card.

Runs where Chromium is installed. The browser starts with a fresh profile and
loads one file from disk.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.rehearsal import page
from tests.unit.rehearsal import kept

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=2000",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"
)


def opened(html: str, folder: Path) -> tuple[str, list[str]]:
    """The document after its script ran, and what the browser wrote on its console."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def driven(html: str, script: str) -> str:
    """The page with a script after its own, which its policy would not let run."""
    unguarded = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    return unguarded.replace("</body>", f"<script>{script}</script></body>")


@pytest.mark.parametrize("name", ["lab", "production"])
def test_the_browser_has_nothing_to_complain_about(name: str, tmp_path: Path) -> None:
    document, console = opened(page.render(kept.fixture(name)), tmp_path)

    assert console == []
    assert 'role="application"' in document


def test_the_policy_stops_a_script_that_is_not_ours(tmp_path: Path) -> None:
    html = page.render(kept.fixture("lab"))

    document, console = opened(
        html.replace("</body>", "<script>document.title = 'x'</script></body>"), tmp_path
    )

    assert "<title>x</title>" not in document
    assert any("Content Security Policy" in line for line in console)


def test_arrow_keys_walk_from_card_to_card(tmp_path: Path) -> None:
    keys = "for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'ArrowRight'])"
    press = "document.getElementById('map').dispatchEvent(new KeyboardEvent('keydown', { key }));"

    document, console = opened(
        driven(page.render(kept.fixture("lab")), f"{keys} {press}"), tmp_path
    )

    assert console == []
    assert re.search(r'id="tip".*?slices-h20-001.*?card 2 · H20-96G', document, re.DOTALL)


def test_choosing_cores_colours_by_cores(tmp_path: Path) -> None:
    choose = "document.querySelector('[value=cores]').click();"

    document, console = opened(driven(page.render(kept.fixture("lab")), choose), tmp_path)

    assert console == []
    assert "0 – 100 % of the card’s cores" in document
