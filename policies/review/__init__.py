"""What will a plan do? From plan JSON to a review, as plain data.

`differences` says what changes inside one resource, `dangers` what an apply would
destroy, `groups` which changes are the same, `delta` what it means in cards;
`review` puts them together. How it is written for people is in `scripts.reviewing`.
"""
