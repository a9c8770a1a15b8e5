"""Of which kind LiteLLM wants values of its config, and what becomes of those of another kind.

Where COUNT or NUMERAL is wanted, a text that spells the number will do.

Only what was seen: each row was tried on 1.81.0 and 1.106.2 (`tests/e2e/test_value_claims.py`, or the source where it
says so) and its place in the source looked up in 1.109.1. Many other keys take a text for a number or a boolean.
"""

from __future__ import annotations

from litellm_harden.litellm.gates import (
    DROP_PARAMS_READS_TEXT,
    MAX_BUDGET_READS_TEXT,
    URL_TAKES_OPTIONS,
)
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record

WHOLE = "a whole number"
NUMBER = "a number"
COUNT = "a whole number, bare or in quotes"
NUMERAL = "a number of seconds, bare or in quotes"
SWITCH_ON = "the boolean true"
SWITCH_OFF = "the boolean false"
BOOLEAN = "a boolean"
MAPPING = "a mapping"
LIST = "a list"
TEXT = "a text"


class Wanted(Record):
    """What a value has to be, and what happens otherwise: the end of a sentence.

    SWITCH_ON marks keys of which only the boolean true counts, so that the text true is off; SWITCH_OFF those of which
    any text counts as on. `fatal`: no call is answered, or the proxy does not start. `unless` is a key that makes
    LiteLLM not look at this one; `takes_null` whether null is as good as absent; `dormant` whether a repair switches
    something on. It holds for the releases before `until`.
    """

    kind: str
    harm: str
    fatal: bool = False
    unless: str = ""
    takes_null: bool = True
    dormant: bool = False
    until: Version | None = None

    def holds(self, version: Version) -> bool:
        """Whether that release is one of those."""
        return self.until is None or version < self.until


NO_START = "the proxy does not start"
_NO_CALL = "every call fails"
_NO_RETRY = "a call that fails ends in a TypeError instead of a retry"
_IGNORED = "LiteLLM takes it for off"
_ON = "LiteLLM takes it for on"

SECTIONS = {
    "model_list": Wanted(LIST, NO_START, fatal=True),
    "litellm_settings": Wanted(MAPPING, NO_START, fatal=True),
    "general_settings": Wanted(MAPPING, NO_START, fatal=True),
    "environment_variables": Wanted(MAPPING, NO_START, fatal=True),
    "router_settings": Wanted(MAPPING, "LiteLLM ignores all of it"),
    "include": Wanted(LIST, NO_START, fatal=True, takes_null=False),
}
"""By key of the config: proxy/proxy_server.py, _process_includes and load_config."""

WANTED: dict[str, dict[str, Wanted]] = {
    "router_settings": {
        "num_retries": Wanted(WHOLE, _NO_RETRY),  # router.py, async_function_with_retries
        "retry_after": Wanted(NUMBER, _NO_RETRY),
        "timeout": Wanted(NUMERAL, _NO_CALL, fatal=True, unless="litellm_settings.request_timeout"),
        "max_fallbacks": Wanted(WHOLE, "no fallback is tried"),
        "default_max_parallel_requests": Wanted(WHOLE, "calls of a model without rpm and tpm fail"),
        "enable_pre_call_checks": Wanted(SWITCH_OFF, _ON),
        "enable_tag_filtering": Wanted(SWITCH_ON, "tags choose no deployment", dormant=True),  # tag_based_routing.py
        "disable_cooldowns": Wanted(SWITCH_OFF, f"{_ON}, and a failing model keeps its share of calls", dormant=True),
        "retry_policy": Wanted(MAPPING, "LiteLLM ignores it, or does not start"),
        "allowed_fails_policy": Wanted(MAPPING, "LiteLLM ignores it, or does not start"),
        "model_group_alias": Wanted(MAPPING, NO_START, fatal=True),
    },
    "litellm_settings": {
        "num_retries": Wanted(WHOLE, _NO_RETRY, unless="router_settings.num_retries"),
        "request_timeout": Wanted(NUMERAL, _NO_CALL, fatal=True, unless="router_settings.timeout"),
        "max_budget": Wanted(NUMBER, _NO_CALL, fatal=True, until=MAX_BUDGET_READS_TEXT),  # utils.py, client
        "cache": Wanted(BOOLEAN, _NO_CALL, fatal=True),  # caching/caching_handler.py
        "drop_params": Wanted(SWITCH_ON, _IGNORED, dormant=True, until=DROP_PARAMS_READS_TEXT),
        "modify_params": Wanted(SWITCH_OFF, _ON),
        "turn_off_message_logging": Wanted(SWITCH_ON, "messages are logged all the same", dormant=True),
        "redact_user_api_key_info": Wanted(SWITCH_ON, "keys and users are logged all the same", dormant=True),
    },
    "litellm_settings.cache_params": {
        "max_connections": Wanted(WHOLE, NO_START, fatal=True, until=URL_TAKES_OPTIONS),  # _redis.py
    },
    "general_settings": {
        "master_key": Wanted(TEXT, NO_START, fatal=True),
        "database_url": Wanted(TEXT, NO_START, fatal=True),
        "user_api_key_cache_ttl": Wanted(NUMERAL, NO_START, fatal=True),
        "health_check_interval": Wanted(WHOLE, "no model is checked", takes_null=False, dormant=True),
        "background_health_checks": Wanted(SWITCH_OFF, f"{_ON}, and each check calls every model"),
        "disable_spend_logs": Wanted(SWITCH_OFF, f"{_ON}: no spend is logged", dormant=True),
        "disable_error_logs": Wanted(SWITCH_ON, _IGNORED, dormant=True),
        "enable_jwt_auth": Wanted(SWITCH_ON, _IGNORED, dormant=True),
        "allow_user_auth": Wanted(SWITCH_ON, _IGNORED, dormant=True),
        "forward_client_headers_to_llm_api": Wanted(SWITCH_ON, _IGNORED, dormant=True),
    },
}
"""By section and key."""

POLICY_FIELD = Wanted(COUNT, NO_START, fatal=True)
"""Each field of retry_policy and allowed_fails_policy (types/router.py)."""

_DROPPED = "LiteLLM leaves the model out, and its calls get 400"

MODEL_PARAMS = {
    "api_key": Wanted(TEXT, _DROPPED),
    "api_base": Wanted(TEXT, _DROPPED),
    "api_version": Wanted(TEXT, _DROPPED, dormant=True),
    "rpm": Wanted(COUNT, _DROPPED),
    "tpm": Wanted(COUNT, _DROPPED),
    "timeout": Wanted(NUMERAL, "every call of the model fails"),
    "max_parallel_requests": Wanted(WHOLE, "every call of the model fails"),
    "weight": Wanted(NUMBER, "every call of the model group fails"),
}
"""By key of a model's litellm_params: types/router.py, LiteLLM_Params; router_strategy/simple_shuffle.py."""

CALLBACK_LISTS = ("success_callback", "failure_callback")
"""Lists of which LiteLLM takes each letter for a callback, where they are a text."""

NOT_AMONG_CALLBACKS = frozenset(
    (
        *("athina", "dynamodb", "greenscale", "helicone", "lunary", "opentelemetry"),
        *("promptlayer", "s3", "sentry", "supabase", "traceloop", "wandb"),
    )
)
"""Names that LiteLLM knows in success_callback and failure_callback, and takes for a module's in `callbacks`.

proxy/common_utils/callback_utils.py, initialize_callbacks_on_proxy, compared across 1.70.0 to 1.109.1.
"""

GENERIC_CALLBACKS = frozenset({"sample_callback", "rubrik", "sumologic", "qualifire_eval", "ramp"})
"""Names in integrations/generic_api/generic_api_compatible_callbacks.json, of all releases up to 1.109.1."""

MANAGED_BY_PROXY = ("ignore_invalid_deployments", "router_general_settings", "assistants_config")
"""Arguments of the router that the proxy passes itself."""

DATABASE_SCHEMES = ("postgresql", "postgres")
"""proxy/db/db_url_settings.py, SUPPORTED_DB_SCHEMES."""
