"""How the map is made of what a change of a pool does on each cloud."""
