"""What leaks, and who gets in."""
