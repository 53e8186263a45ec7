"""`fleet verify`: is what runs what the environment says?

`observation` reads a cluster once, `allocation` says what each card holds,
`checks` and `charts` compare, `proofs` try each admission policy, `shortfall`
explains the pods that do not run. `cluster` puts them together. Nothing here
changes a cluster: the proofs are dry runs.
"""
