"""Deployments in which one file is the hostile one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
DOCKERFILE = 'FROM ghcr.io/berriai/litellm:v1.81.0-stable\nCOPY config.yaml /app/config.yaml\nCMD ["--config", "/app/config.yaml"]\n'
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


def _deployment(folder: Path, **files: bytes | str) -> None:
    stated = {"config.yaml": CONFIG, "docker-compose.yml": COMPOSE, ".env": ENV, **files}
    for name, content in stated.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _in(name: str, **beside: str) -> Role:
    return lambda folder, content: _deployment(folder, **{name: content}, **beside)


def _behind(name: str, start: str, **beside: str) -> Role:
    return lambda folder, content: _deployment(folder, **{name: start.encode() + content}, **beside)


_BUILT = COMPOSE.replace("image: ghcr.io/berriai/litellm:v1.81.0-stable", "build: .")

YAML_ROLES: dict[str, Role] = {
    "config": _behind("config.yaml", CONFIG),
    "config-alone": lambda folder, content: _deployment(folder, **{"config.yaml": CONFIG.encode() + content, "docker-compose.yml": "", ".env": ""}),
    "included-config": _in("more.yaml", **{"config.yaml": "include: [more.yaml]\n" + CONFIG}),
    "compose": _behind("docker-compose.yml", COMPOSE + "x-more:\n  "),
    "compose-behind": _behind("docker-compose.yml", COMPOSE),
    "included-compose": _behind("more.yml", "services: {}\n", **{"docker-compose.yml": "include: [more.yml]\n" + COMPOSE}),
    "extended": _behind("more.yml", "services: {base: {image: litellm}}\n", **{"docker-compose.yml": COMPOSE + "    extends: {file: more.yml, service: base}\n"}),
    "override": _behind("docker-compose.override.yml", "services: {litellm: {restart: always}}\n"),
    "manifest": _behind("deployment.yaml", MANIFEST + "---\nkind: X\n"),
    "manifest-alone": lambda folder, content: (folder / "deployment.yaml").write_bytes(MANIFEST.encode() + content) and None,
    "values": _behind("values.yaml", "image: {repository: ghcr.io/berriai/litellm}\nproxy_config:\n  model_list: []\n"),
    "rule": lambda folder, content: _deployment(folder, **{"lh.toml": 'rules = ["rules"]\n', "rules/own.yaml": content}),
}
ENV_ROLES: dict[str, Role] = {
    "env": _behind(".env", ENV),
    "env-file": _behind("more.env", ENV, **{"docker-compose.yml": COMPOSE.replace("env_file: .env", "env_file: [.env, more.env]")}),
}
DOCKERFILE_ROLES: dict[str, Role] = {
    "dockerfile": _in("Dockerfile", **{"docker-compose.yml": _BUILT}),
    "dockerfile-alone": lambda folder, content: (folder / "Dockerfile").write_bytes(content) and None,
}
TOML_ROLES: dict[str, Role] = {"lh-toml": _in("lh.toml"), "pyproject": _in("pyproject.toml")}
JSON_ROLES: dict[str, Role] = {"baseline": _in("lh-baseline.json", **{"lh.toml": 'baseline = "lh-baseline.json"\n'})}
