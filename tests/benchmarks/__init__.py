"""How fast is it? Run by hand; never part of the tests, for figures depend on the machine."""
