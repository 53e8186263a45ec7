"""One rule for each kind of evidence, as a user would write them; for tests of the engine."""
