"""One file per scheduling policy: a score of (class, node), the higher the better (compiled)."""
