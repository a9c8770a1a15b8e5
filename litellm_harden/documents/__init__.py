"""One file, parsed, with spans: finds a value, proposes an edit or refuses and says why. Knows nothing of LiteLLM."""
