"""A deployment for the editor's tests: a config, a compose file and an env file."""

from __future__ import annotations

from pathlib import Path

from tests.deploy import write

SECRET = "sk-very-secret-0123456789"
CONFIG = """\
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}
router_settings:
  cooldown_time: 120
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
"""
COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    env_file: [.env]
    environment:
      LITELLM_LOG: DEBUG
    volumes: ["./config.yaml:/app/config.yaml"]
"""
ENV = f"LITELLM_LOG=INFO\nLITELLM_MASTER_KEY={SECRET}\nOPENAI_API_KEY=sk-other-secret-0123456789\n"


def stack(folder: Path, config: str = CONFIG) -> Path:
    """Write the deployment below `folder`."""
    return write(folder, {"config.yaml": config, "docker-compose.yml": COMPOSE, ".env": ENV})
