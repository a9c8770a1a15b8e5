"""What the programs that read the files make of them: LiteLLM's own load of the config, Compose's own check."""
