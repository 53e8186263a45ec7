"""Where does work land? One packing engine and the scheduling policies it runs.

A caller describes a fleet and what comes and goes, runs it under a policy, and reads
what came of it::

    from policies.placement import simulation
    from policies.placement.fleet import Card, Fleet, Node
    from policies.placement.policy import Policy
    from policies.placement.requests import Request

    h20 = Card(memory=98304, cores=100, slots=10, type="NVIDIA-H20")
    machine = Node(name="n", cpu=192000, memory=2 << 20, cards=(h20,) * 8)
    fleet = Fleet([machine] * 40)
    ranker = Request(cards=1, memory=2048, cores=10, cpu=500, host_memory=2048)
    arrival = simulation.Arrival(name="ranker", request=ranker, pods=3000)
    run = simulation.run(fleet, [arrival], Policy.WORTH)
    run.placed, run.use.allocated, run.use.touched   # pods, share 0..1, cards that hold something
    run.unplaced        # by arrival: pods, evicted, {Reason: nodes}
    run.fragmentation   # idle cards the next request could not use, {Reason: cards}
    run.node[pod], run.cards(pod), run.card_use()    # where each pod is; how full each card is

* `simulation`: `run(fleet, events, policy, ties=, seed=) -> Run`; events are `Arrival`
  (pods, priority, preempts, gang) and `Departure`, in order. Nothing is kept between runs.
* `pools`: the same from an environment: `fleet(cluster, {pool: nodes})`,
  `arrivals(environment, demand, cluster)`, `policy(cluster)`; `uncut(fleet)` and
  `whole(request)` for the fleet that does not cut cards; `fix(fleet, request)` says what
  would let a request in that does not fit even the empty fleet.
* `policy`: `Policy` (what `hami-binpack-spread`, `fgd`, `worth` ... are) and `Ties`.
* `openb`: the FGD study: `Study(nodes, pods).run(policy, seed, ties) -> Curve`; `trace`
  reads its files and is the only module here that opens any.
* `hami`: HAMi's whole algorithm for one pod at a time; `hami.scheduler.Scheduler`.

`Policy.WORTH` is ours and the recommended one (`scoring.worth` explains it); each policy
is one file of `scoring`. Errors are `environments.errors`: `UsageError` for a request
that cannot be, `InvalidInput` with located problems for a file. What does not fit is no
error: it is in `Run.unplaced`. Importing `simulation`, `pools` or `openb` loads NumPy
and Numba (half a second); importing `policies.placement` alone loads neither.
"""
