"""Local Kubernetes control planes for a twin, and the tools they are made of."""
