"""What LiteLLM does with a setting, by version. A leaf: it imports nothing of the project."""
