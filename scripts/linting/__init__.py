"""What does `fleet lint` judge, and where does each thing lead back to?

The meeting place of makers and judges: addons are data here, stacks are files,
and both become subjects whose lines are those of the environment.
"""
