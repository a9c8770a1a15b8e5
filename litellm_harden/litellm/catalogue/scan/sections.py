"""What each section of the catalogue is made of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from litellm_harden.litellm.catalogue.scan.facts import Named
from litellm_harden.litellm.catalogue.scan.redis_keywords import KEYWORDS
from litellm_harden.litellm.catalogue.scan.scope import TOP
from litellm_harden.litellm.catalogue.scan.whole import Place, Whole
from litellm_harden.record import Record


class Entry(Record):
    """A known name: type and default as text where they are told, and where it is declared or read."""

    type: str | None
    default: str | None
    where: str


_MODELS = {
    "general_settings": ("ConfigGeneralSettings",),
    "litellm_params": (
        "LiteLLM_Params",
        "GenericLiteLLMParams",
        "CredentialLiteLLMParams",
        "LiteLLMParamsTypedDict",
        "CustomPricingLiteLLMParams",
    ),
    "model_info": ("ModelInfo", "ModelInfoBase"),
    "retry_policy": ("RetryPolicy",),
    "allowed_fails_policy": ("AllowedFailsPolicy",),
    "alerting_args": ("SlackAlertingArgs",),
    "model_list": ("Deployment", "DeploymentTypedDict", "LiteLLM_ModelTable"),
}
_READ = {"general_settings": True, "litellm_settings": True, "alerting_args": False, "cache_params": False, TOP: False}
"""Sections whose reads count, and whether they are followed into functions: there a name often means many things."""

_ENUMERATIONS = {
    "alert_types": ("AlertType",),
    "cache_modes": ("CacheMode",),
    "cache_types": ("LiteLLMCacheType",),
    "call_types": ("CachingSupportedCallTypes",),
    "pre_call_checks": ("OptionalPreCallChecks",),
    "routing_strategies": ("RoutingStrategy", "VALID_ROUTING_STRATEGIES"),
}
_MANAGED = "ROUTER_SETTINGS_MANAGED_OUTSIDE_CONFIG"
_REFUSED = {
    "router_settings": {"health_check_interval", "health_check_concurrency", "router_settings"},
    TOP: {"enable_jwt_auth", "litellm_jwtauth", "force_reload", "interval_hours", "provider_aliases", "description"},
    "general_settings": {"general_settings", "router_settings", "cache_params"},
    "litellm_settings": {"general_settings", "litellm_settings", "router_settings"},
}
"""Keys that are looked for only to refuse them or to warn (proxy/proxy_server.py, ProxyConfig.load_config of 1.106.0),
the names of the sections themselves, which are seen beside each other where a section's name is a variable, and what
ProxyConfig asks of other things that it calls config too: rows of the database, headers of Anthropic."""

_VARIABLE = re.compile(r"^(?:[A-Z][A-Z0-9_]*[A-Z0-9]|[a-z]+_proxy|prometheus_multiproc_dir)$")
_BESIDE = (
    "DATABASE_URL",
    "DIRECT_URL",
    "LITELLM_MIGRATION_DIR",
    "LITELLM_MIGRATION_LOCK_TIMEOUT",
    "LITELLM_PRISMA_BOOTSTRAP_TIMEOUT",
    "LITELLM_PRISMA_COMMAND_TIMEOUT",
    "LITELLM_PRISMA_MIGRATE_DEPLOY_TIMEOUT",
    "LITELLM_SET_REPLICA_IDENTITY_FULL",
    "NPM_CONFIG_CACHE",
    "NPM_CONFIG_PREFER_OFFLINE",
    "PRISMA_CLI_PATH",
    "PRISMA_NODEENV_CACHE_DIR",
    "PRISMA_OFFLINE_MODE",
)
"""What litellm-proxy-extras reads, which runs the proxy's migrations: those that 1.81.0 and 1.106.2 bring."""

_CALLBACK_VARIABLES = {"callback", "logging_integration", "_logging_integration", "custom_logger_name"}
_CALLBACK_FILES = ("litellm_core_utils/litellm_logging.py", "proxy/common_utils/callback_utils.py", "utils.py")


def sections(whole: Whole) -> dict[str, dict[str, Entry]]:
    """Each section's known names, in order."""
    found = {name: _entries(_models(whole, name)) for name in _MODELS}
    for name, followed in _READ.items():
        found[name] = _entries([*_models(whole, name), *_made_from(whole, name), *whole.reads(name, followed)])
    found["router_settings"] = _entries([*_router(whole), *whole.reads("router_settings", followed=False)])
    found["router_managed"] = _entries(_managed(whole))
    found["semantic_cache_params"] = _entries(
        place
        for model in ("RedisSemanticCache", "ValkeySemanticCache")
        for place in whole.parameters(model)
        if place[1].name.endswith("_url")
    )
    for name, sources in _ENUMERATIONS.items():
        found[name] = _entries(place for source in sources for place in (*whole.words(source), *whole.texts(source)))
    found["routing_strategies"] |= _literals(whole, "routing_strategy", set(found["routing_strategies"]))
    found["callbacks"] = _entries(_callbacks(whole))
    found["environment"] = _entries(_variables(whole))
    for name, refused in _REFUSED.items():
        found[name] = {key: entry for key, entry in found[name].items() if key not in refused}
    return {name: dict(sorted(entries.items())) for name, entries in sorted(found.items())}


def _entries(places: Iterable[Place]) -> dict[str, Entry]:
    """One entry for each name: what tells a type comes first, then what tells a default."""
    found: dict[str, Entry] = {}
    for path, named in places:
        if named.name.startswith("_"):
            continue
        known = found.get(named.name)
        if known is None:
            found[named.name] = Entry(named.type, named.default, f"{path}:{named.line}")
        elif known.type is None and known.default is None:
            found[named.name] = Entry(named.type, named.default, known.where)
    return found


def _models(whole: Whole, section: str) -> Iterator[Place]:
    for model in _MODELS.get(section, ()):
        yield from whole.fields(model)


def _made_from(whole: Whole, section: str) -> Iterator[Place]:
    if section == "cache_params":
        yield from whole.parameters("Cache", "caching/caching.py")
        yield from whole.parameters("RedisCache")
        yield from whole.parameters("RedisClusterCache")
        yield from (place for place in whole.texts("_AWS_IAM_KWARG_NAMES") if place[0] == "_redis.py")
        yield from (("redis-py", Named(keyword, None, None, 0)) for keyword in KEYWORDS)
    if section == "litellm_settings":
        yield from whole.module_names()


def _variables(whole: Whole) -> Iterator[Place]:
    """Variables by their literal names, and those that _redis.py makes of redis-py's arguments."""
    for path, named in whole.variables():
        if _VARIABLE.match(named.name):
            yield path, named
    yield from (("litellm-proxy-extras", Named(name, None, None, 0)) for name in _BESIDE)
    yield from (("_redis.py", Named(f"REDIS_{keyword.upper()}", None, None, 0)) for keyword in KEYWORDS)


def _router(whole: Whole) -> Iterator[Place]:
    yield from whole.parameters("Router", "router.py")
    yield from whole.parameters("PythonCore", "router_python_core.py")


def _managed(whole: Whole) -> Iterator[Place]:
    """Arguments of the router that the proxy passes itself: stated in the config they are ignored, or stop the boot."""
    yield from whole.texts(_MANAGED)
    given = {"router_general_settings", "ignore_invalid_deployments", "assistants_config", "search_tools"}
    yield from (place for place in _router(whole) if place[1].name in given)


def _literals(whole: Whole, parameter: str, known: set[str]) -> dict[str, Entry]:
    """The words of a parameter's `Literal[…]`."""
    found: dict[str, Entry] = {}
    for path, named in _router(whole):
        if named.name == parameter and named.type:
            for node in ast.walk(ast.parse(named.type)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in known:
                    found[node.value] = Entry(None, None, f"{path}:{named.line}")
    return found


def _callbacks(whole: Whole) -> Iterator[Place]:
    """Names of callbacks: the list of those that LiteLLM makes a class for, and what it compares a name with."""
    yield from whole.texts("_custom_logger_compatible_callbacks_literal")
    yield from whole.texts("CALLBACK_CLASS_STR_TO_CLASS_TYPE")
    for path, facts in whole.files.items():
        if path in _CALLBACK_FILES:
            for variable, text in facts.compared:
                if variable in _CALLBACK_VARIABLES and " " not in text.name:
                    yield path, text
