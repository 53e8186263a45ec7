"""A rehearsal as one HTML file. What it says is in `result` and `figures`."""

from scripts.rehearsal.page.document import render

__all__ = ["render"]
