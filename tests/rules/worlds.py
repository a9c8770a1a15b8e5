"""Small deployments, made of files, for the tests of rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.judge import Judge, judge, judge_one
from litellm_harden.rules.model import Finding, Fix, NotJudged
from litellm_harden.rules.pack import load

REDIS = "router_settings: {redis_host: redis, redis_port: 6379}\n"
PACK = load()


def compose(
    image: str = "ghcr.io/berriai/litellm:v1.81.0-stable",
    arguments: str = "",
    environment: Mapping[str, str] = {},
    service: str = "",
    more: str = "",
) -> str:
    """A compose file with a proxy that loads config.yaml. `service` adds lines to the proxy, `more` adds services."""
    words = ", ".join(f'"{word}"' for word in f"--config /app/config.yaml {arguments}".split())
    variables = "".join(f"      {name}: {value!r}\n" for name, value in environment.items())
    return (
        f"services:\n  litellm:\n    image: {image}\n    command: [{words}]\n"
        f'    volumes: ["./config.yaml:/app/config.yaml"]\n'
        + (f"    environment:\n{variables}" if variables else "")
        + "".join(f"    {line}\n" for line in service.splitlines())
        + more
    )


def deployment(folder: Path, files: Mapping[str, str], **owner: Any) -> Deployment:
    """The only deployment that the files make up."""
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="")
    found = discover([folder], Owner(**owner))
    assert not found.problems
    [only] = found.deployments
    return only


def findings(found: Deployment, *ids: str, options: Mapping[str, Mapping[str, object]] | None = None) -> list[Finding]:
    """What the rules of these ids (all, if none is named) find."""
    found.owner = found.owner._replace(options=options or {})
    return _judged(found, ids)[0]


def not_judged(found: Deployment, *ids: str) -> list[NotJudged]:
    """What the rules of these ids cannot judge."""
    return _judged(found, ids)[1]


def _judged(found: Deployment, ids: tuple[str, ...]) -> tuple[list[Finding], list[NotJudged]]:
    rules = [rule for rule in PACK.rules if not ids or rule.id in ids]
    return judge_one(0, found, rules)


def with_pool(
    folder: Path, pool: int, arguments: str = "", service: str = "", postgres: str = "", **o: Any
) -> Deployment:
    """A proxy with a pool and a database: the Postgres beside it, whose service has the line, or one elsewhere."""
    host = "db" if postgres else "db.example.com"
    more = f"  db:\n    image: postgres:16\n    {postgres}\n" if postgres else ""
    environment = {"DATABASE_URL": f"postgresql://u@{host}/litellm"}
    files = {
        "config.yaml": f"general_settings: {{database_connection_pool_limit: {pool}}}\n",
        "compose.yaml": compose(arguments=arguments, service=service, environment=environment, more=more),
    }
    return deployment(folder, files, **o)


def proxy(folder: Path, config: str = REDIS, **compose_file: Any) -> Deployment:
    """A proxy that loads `config`, by default one with a Redis."""
    return deployment(folder, {"config.yaml": config, "compose.yaml": compose(**compose_file)})


def only(found: list[Finding]) -> tuple[Finding, Fix]:
    """The only finding, and its fix."""
    [finding] = found
    assert finding.fix is not None
    return finding, finding.fix


def planned(found: Deployment, *ids: str, unsafe: bool = False) -> Plan:
    """The proven plan for the rules of these ids."""
    verdict = judge([found], PACK.rules)
    return proven_plan(verdict, Judge(PACK.rules), frozenset(ids), unsafe)
