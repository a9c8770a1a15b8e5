"""The environment that LiteLLM loads a config in: what the deployment's files state, and nothing of this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.environment import Layer
from litellm_harden.text.patterns import pattern

STAND_IN = "lh-stand-in"
_OF_THIS_MACHINE = pattern(
    r"(?:PYTHON|LD_|DYLD_|LITELLM_CONFIG_BUCKET_).*|PATH|HOME|PWD|SHELL|TMP|TEMP|TMPDIR|VIRTUAL_ENV"
    r"|(?:SSL_CERT|REQUESTS_CA|CURL_CA)_\w+|SSL_VERIFY"
)
"""Variables that name places in the container, steer Python itself, or would have it read another config."""
_NUMBER = pattern(r"PORT|LIMIT|TIMEOUT|COUNT|MAX|MIN|TTL|INTERVAL|RPM|TPM|SECONDS|RETRIES|DB$|SIZE|COOLDOWN|FAILS")


def environment(deployment: Deployment) -> dict[str, str]:
    """What the files state of the process environment, as far as it is known. The config's own `environment_variables`
    are left to LiteLLM."""
    found: dict[str, str] = {}
    for name, statements in deployment.parts.environment.statements.items():
        deciding = next((one for one in reversed(statements) if one.layer is not Layer.CONFIG), None)
        if deciding is None or deciding.value is None or deciding.unknown or _OF_THIS_MACHINE.fullmatch(name):
            continue
        if name and "\0" not in f"{name}{deciding.value}" and "=" not in name:
            found[name] = deciding.value
    return found


def places(folder: Path, stated: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep LiteLLM's files in `folder`, and it from asking the network for prices."""
    names = ["HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"]
    names += [name for name in ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir") if name in stated]
    return {**dict.fromkeys(names, str(folder)), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def stand_ins(deployment: Deployment) -> Mapping[str, str]:
    """A value for every variable that the config refers to and whose real one is not known, of the shape it seems to
    have."""
    found = {}
    config = deployment.parts.config
    for path, value in config.walk() if config is not None else ():
        if isinstance(value, str) and value.startswith(REFERENCE):
            name = value.removeprefix(REFERENCE)
            if name and "\0" not in name and "=" not in name and _is_open(deployment, name):
                found[name] = f"openai/{STAND_IN}" if path[-1] == "model" else _shaped(f"{name} {path[-1]}".upper())
    return {**_of_redis(deployment), **found}


def _of_redis(deployment: Deployment) -> Mapping[str, str]:
    """What LiteLLM reads where the cache is on and its params name no Redis (ProxyConfig.load_config)."""
    on = deployment.setting("config:litellm_settings.cache").value is True
    params = deployment.setting("config:litellm_settings.cache_params").value
    named = isinstance(params, dict) and not params.keys().isdisjoint(("host", "url", "redis_startup_nodes"))
    if not on or named or deployment.setting("env:REDIS_URL").known or not _is_open(deployment, "REDIS_HOST"):
        return {}
    return {name: _shaped(name) for name in ("REDIS_HOST", "REDIS_PORT") if _is_open(deployment, name)}


def _is_open(deployment: Deployment, name: str) -> bool:
    """Whether a variable may have a value that the files do not tell: without a compose service, whoever starts the
    proxy may give it one."""
    setting = deployment.setting(f"env:{name}")
    return setting.unknown or (setting.absent and deployment.parts.service is None)


def _shaped(names: str) -> str:
    if "DATABASE_URL" in names:
        return f"postgresql://{STAND_IN}.invalid:5432/{STAND_IN}"
    if re.search("URL|BASE|ENDPOINT", names):
        return f"{'redis' if 'REDIS' in names else 'https'}://{STAND_IN}.invalid"
    if "HOST" in names:
        return f"{STAND_IN}.invalid"
    return "1" if _NUMBER.search(names) else STAND_IN
