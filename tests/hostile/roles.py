"""Deployments in which one file is the hostile one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

CONFIG = "model_list: []\nlitellm_settings: {drop_params: true}\nrouter_settings:\n  cooldown_time: 120\n"
COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./config.yaml:/app/config.yaml"]
    env_file: .env
"""
ENV = "LITELLM_MASTER_KEY=sk-canary-4711\nLITELLM_LOG=DEBUG\n"
DOCKERFILE = """\
FROM ghcr.io/berriai/litellm:v1.81.0-stable
COPY config.yaml /app/config.yaml
CMD ["--config", "/app/config.yaml"]
"""
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: litellm}
spec:
  selector: {matchLabels: {app: litellm}}
  template:
    metadata: {labels: {app: litellm}}
    spec:
      containers:
        - name: litellm
          image: ghcr.io/berriai/litellm:v1.81.0-stable
"""

Role = Callable[[Path, bytes], None]
"""Makes a deployment in an empty folder, with the hostile bytes in one file."""
NOTHING: Mapping[str, str] = MappingProxyType({})


def _deployment(folder: Path, files: Mapping[str, bytes | str]) -> None:
    stated: dict[str, bytes | str] = {"config.yaml": CONFIG, "docker-compose.yml": COMPOSE, ".env": ENV, **files}
    for name, content in stated.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _in(name: str, beside: Mapping[str, str] = NOTHING, start: str = "") -> Role:
    """The hostile text in a file, behind a start that makes it matter; `beside` are other files."""
    return lambda folder, content: _deployment(folder, {name: start.encode() + content, **beside})


def _alone(name: str, start: str = "") -> Role:
    def make(folder: Path, content: bytes) -> None:
        (folder / name).write_bytes(start.encode() + content)

    return make


_BUILT = COMPOSE.replace("image: ghcr.io/berriai/litellm:v1.81.0-stable", "build: .")
_TWO_ENV_FILES = COMPOSE.replace("env_file: .env", "env_file: [.env, more.env]")
_EXTENDING = COMPOSE + "    extends: {file: more.yml, service: base}\n"
_VALUES = "image: {repository: ghcr.io/berriai/litellm}\nproxy_config:\n  model_list: []\n"

YAML_ROLES: dict[str, Role] = {
    "config": _in("config.yaml", start=CONFIG),
    "config-alone": _alone("config.yaml", CONFIG),
    "included-config": _in("more.yaml", {"config.yaml": "include: [more.yaml]\n" + CONFIG}),
    "compose": _in("docker-compose.yml", start=COMPOSE + "x-more:\n  "),
    "compose-behind": _in("docker-compose.yml", start=COMPOSE),
    "included-compose": _in("more.yml", {"docker-compose.yml": "include: [more.yml]\n" + COMPOSE}, "services: {}\n"),
    "extended": _in("more.yml", {"docker-compose.yml": _EXTENDING}, "services: {base: {image: litellm}}\n"),
    "override": _in("docker-compose.override.yml", start="services: {litellm: {restart: always}}\n"),
    "manifest": _in("deployment.yaml", start=MANIFEST + "---\nkind: X\n"),
    "manifest-alone": _alone("deployment.yaml", MANIFEST),
    "values": _in("values.yaml", start=_VALUES),
    "rule": _in("rules/own.yaml", {"lh.toml": 'rules = ["rules"]\n'}),
}
ENV_ROLES: dict[str, Role] = {
    "env": _in(".env", start=ENV),
    "env-file": _in("more.env", {"docker-compose.yml": _TWO_ENV_FILES}, ENV),
}
DOCKERFILE_ROLES: dict[str, Role] = {
    "dockerfile": _in("Dockerfile", {"docker-compose.yml": _BUILT}),
    "dockerfile-alone": _alone("Dockerfile"),
}
TOML_ROLES: dict[str, Role] = {"lh-toml": _in("lh.toml"), "pyproject": _in("pyproject.toml")}
JSON_ROLES: dict[str, Role] = {"baseline": _in("lh-baseline.json", {"lh.toml": 'baseline = "lh-baseline.json"\n'})}
