"""What a running proxy answers: its health, its models, and how it stands a load."""
