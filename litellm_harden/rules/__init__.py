"""Load, select and judge: what must be true of a deployment, and whether it is."""
