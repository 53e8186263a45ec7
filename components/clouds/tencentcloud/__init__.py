"""Tencent Cloud: TKE, and what stands around it.

`network` makes what outlives a cluster, `cluster` the control plane and its node
pools. What the cloud does that one would not think is in the README beside it,
each with the test that holds it.
"""
