"""A deployment that holds one secret in one place, and what would give that secret away."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SLOT = "@@"
"""Stands for the secret in the texts of the places."""
ENCODED = "@64@"
"""Stands for the secret in base64."""
SHOWN = 4
"""Characters in a row of a secret that give it away."""

CANARY = "QzXjVwKq7ZkWxQvJqYzXv9"
"""Made of four-letter runs that stand in no word, no hex digest and no page."""
ODD = "QzXjVw<Kq7Z>kWxQ&vJqYz%Xv9é-QzXjVwKq"
"""With characters that formats escape."""
TOKEN = "sk-QzXjVwKq7ZkWxQvJqYzXv9"

CONFIG = """\
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      {model}
router_settings:
  cooldown_time: 120
  {router}
litellm_settings:
  set_verbose: true
  {litellm}
general_settings:
  proxy_batch_write_at: 5
  {general}
{top}
"""
COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: {command}
    volumes: ["./config.yaml:/app/config.yaml"]
    env_file: .env
    depends_on: [db, redis]
    {service}
  db:
    image: postgres:16
    {db}
  redis:
    image: redis:7
    {redis}
{top}
"""
DOCKERFILE = """\
FROM ghcr.io/berriai/litellm:v1.81.0-stable
ENV LITELLM_LOG=DEBUG
{dockerfile}
COPY config.yaml /app/config.yaml
"""
ENV = """\
LITELLM_LOG=DEBUG
{env}
STORE_MODEL_IN_DB=True
"""
COMMAND = '["--config", "/app/config.yaml", "--port", "4000"]'


@dataclass(frozen=True)
class Place:
    """Where a secret stands: the texts of a deployment's files, with `@@` where it does."""

    name: str
    files: Mapping[str, str]
    secret: str = CANARY
    arguments: tuple[str, ...] = field(default=())

    def written(self, secret: str = "") -> dict[str, str]:
        """The files with the secret in them."""
        secret = secret or self.secret
        encoded = base64.b64encode(secret.encode()).decode()

        def fill(text: str) -> str:
            return text.replace(SLOT, secret).replace(ENCODED, encoded)

        return {fill(name): fill(text) for name, text in self.files.items()}


def compose(name: str, secret: str = CANARY, **slots: str) -> Place:
    """A place in a deployment of compose; `slots` says what stands where in its files."""
    return Place(
        name,
        {
            "config.yaml": _filled(CONFIG, slots),
            "docker-compose.yml": _filled(COMPOSE, {"command": COMMAND} | slots),
            ".env": _filled(ENV, slots),
        },
        secret,
    )


def image(name: str, text: str, secret: str = CANARY) -> Place:
    """A place in a deployment of a Dockerfile alone."""
    return Place(
        name, {"Dockerfile": _filled(DOCKERFILE, {"dockerfile": text}), "config.yaml": _filled(CONFIG, {})}, secret
    )


def leaks(secret: str, output: str) -> list[str]:
    """The parts of a secret that an output shows, as they are or in base64."""
    return sorted({part for part in _telling(secret) if part in output})


def _telling(secret: str) -> Iterable[str]:
    bare = secret.removeprefix("sk-")
    yield from _windows(bare, SHOWN)
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + bare.encode()).decode().rstrip("=")
        yield from _windows(encoded[4 if shift else 0 : -2], 6)


def _windows(text: str, size: int) -> Iterable[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))


def _filled(template: str, slots: Mapping[str, str]) -> str:
    lines = []
    for line in template.splitlines():
        name = line.strip()
        if not (name.startswith("{") and name.endswith("}")):
            lines.append(line.replace("{command}", slots.get("command", "")))
        elif slots.get(name[1:-1]):
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}{one}".rstrip() for one in slots[name[1:-1]].split("\n")]
    return "\n".join(lines) + "\n"
