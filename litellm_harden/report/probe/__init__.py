"""What a probe found, for people and programs."""
