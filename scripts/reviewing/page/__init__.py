"""A review as one HTML file that works from disk."""

from scripts.reviewing.page.document import render

__all__ = ["render"]
