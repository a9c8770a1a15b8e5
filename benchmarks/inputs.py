"""The inputs: made anew for each run, always the same bytes, inside a git repository."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

MODELS_IN_A_DEPLOYMENT = 3

CONFIG_END = """\
litellm_settings:
  num_retries: 2
  request_timeout: 600  # ten minutes
router_settings:
  routing_strategy: simple-shuffle
  cooldown_time: 120
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  database_url: os.environ/DATABASE_URL
"""
ENVIRONMENT = """\
# secrets
LITELLM_MASTER_KEY={secret}
LITELLM_SALT_KEY={secret}
DATABASE_URL=postgresql://litellm:{secret}@db:5432/litellm
AZURE_API_KEY={secret}
LITELLM_LOG=INFO
"""
COMPOSE_HEAD = """\
services:
"""
PROXY = """\
  litellm{number}:
    build: .
    restart: unless-stopped
    env_file:
      - .env            # secrets
    volumes:
      - ./config.yaml:/app/config.yaml:ro
    ports:
      - "127.0.0.1:{port}:4000"
    depends_on:
      - db
"""
POSTGRES = """\
  db:
    image: postgres:16.4
    environment:
      POSTGRES_USER: litellm
      POSTGRES_PASSWORD: ${DATABASE_PASSWORD:?set DATABASE_PASSWORD in .env}
"""
DOCKERFILE = """\
FROM ghcr.io/berriai/litellm:main-v1.81.0-stable
COPY config.yaml /app/config.yaml
EXPOSE 4000
CMD ["--config", "/app/config.yaml", "--num_workers", "{workers}"]
"""


def model(number: int) -> str:
    """One entry of `model_list`."""
    return f"""\
  - model_name: gpt-{number // 2}
    litellm_params:
      model: azure/gpt-{number}
      api_base: https://region-{number % 20}.openai.azure.com
      api_key: os.environ/AZURE_API_KEY
      rpm: {60 + number % 100}  # per minute
"""


def config(models: int) -> Iterator[str]:
    """A config.yaml, in pieces."""
    yield "model_list:\n"
    yield from map(model, range(models))
    yield CONFIG_END


def write_deployment(folder: Path, models: int = MODELS_IN_A_DEPLOYMENT, proxies: int = 1, number: int = 0) -> None:
    """The four files of a deployment; `number` makes them differ from those of another."""
    folder.mkdir(parents=True)
    with (folder / "config.yaml").open("w") as file:
        file.writelines(config(models))
    secret = f"{number:04d}-9fQ2xV7bLr3kTz8w"
    (folder / ".env").write_text(ENVIRONMENT.format(secret=secret))
    (folder / "Dockerfile").write_text(DOCKERFILE.format(workers=2 + number % 6))
    services = (PROXY.format(number=one or "", port=4000 + one) for one in range(proxies))
    (folder / "docker-compose.yml").write_text("".join([COMPOSE_HEAD, *services, POSTGRES]))


def write_all(folder: Path, sizes: dict[str, dict[str, int]], many: dict[str, int]) -> None:
    """Each of `sizes` as a deployment, by the arguments of `write_deployment`; each of `many` as that many of them."""
    for name, arguments in sizes.items():
        write_deployment(folder / name, **arguments)
    for name, count in many.items():
        for number in range(count):
            write_deployment(folder / name / f"team-{number // 50}" / f"proxy-{number}", number=number)
    (folder / ".gitignore").write_text(".env\n")
    for step in (("init", "-q"), ("add", "-A")):
        subprocess.run(("git", "-C", str(folder), *step), check=True)
