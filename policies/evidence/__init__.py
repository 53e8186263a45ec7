"""From files to subjects: one reader for each kind of evidence.

Every reader has budgets (bytes, depth, values) and turns trouble into a finding
with a place: a file that cannot be judged is told, and never ends the run.
"""
