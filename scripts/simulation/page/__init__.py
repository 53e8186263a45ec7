"""A simulation as one HTML file. What it says is in `result`."""

from scripts.simulation.page.document import render

__all__ = ["render"]
