"""What a LiteLLM package knows, read from its source with `ast`: used by maintainers, never by `lh` itself."""
