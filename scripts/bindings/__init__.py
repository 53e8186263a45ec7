"""From providers' schemas to the typed classes of `components.bindings`."""
