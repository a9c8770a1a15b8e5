"""Compose projects: which files make one up, and what its services are once everything is merged."""
