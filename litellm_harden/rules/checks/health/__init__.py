"""Health checks: Docker's, those of pods, and the separate health app."""
