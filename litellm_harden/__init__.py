"""litellm-harden: lint and harden a LiteLLM proxy deployment in place."""

__version__ = "0.1.0"
