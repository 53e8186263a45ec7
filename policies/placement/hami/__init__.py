"""HAMi 2.10's scheduler extender as a model: which node, which cards, or which refusal.

The whole algorithm for one pod at a time, in plain Python, as the documented behaviour
and measured decisions have it: `admission` (what the webhook does to a pod), `fit`
(whether and where a container fits on a node's cards), `order` (in which order cards are
tried), `mig` (profiles and their placements) and `scheduler` (scores, ties and what is
taken). The compiled core does the same for the plain cases of a big run, a thousand
times faster; a property test holds the two together.

Floats are single precision where HAMi's are, and cards are sorted as Go sorts
(`go_sort`). One thing is left open because HAMi leaves it open: which of several nodes
with the same score is taken.
"""
