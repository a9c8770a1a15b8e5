"""What nobody should have to feed to a linter, and somebody will."""
