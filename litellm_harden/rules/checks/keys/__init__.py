"""What LiteLLM makes of the config's keys and values."""
