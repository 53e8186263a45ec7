"""CEL read offline: the texts that the API server runs, run on files.

`text` compiles one expression, `policy` a whole ValidatingAdmissionPolicy, `pods`
turns policies into rules about manifests, `blame` finds the line to edit. `own`
reads the policies of users, `apart` has them asked in a `worker`, a process that
may be stopped.
"""
