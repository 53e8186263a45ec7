"""What is allowed (`rules/`), and where does work land (`placement/`)?

Judges know the environment and never the makers: nothing here may import
`components`, `stacks` or the CDK, so that a mistake in a component cannot excuse
itself in a rule. Rules and placement arrive with the linter and the simulator.
"""
