"""The releases at which LiteLLM changed what it does with a setting that a rule judges.

Each constant names the first release that behaves the new way. The wheels of that release and of the one before it were
compared, unless its docstring says how else it was found.
"""

from __future__ import annotations

from litellm_harden.litellm.versions import Version

HEALTH_APP = Version(1, 81, 0)
"""The separate health app is asked for from here on: the oldest release that was run with it.

proxy/health_endpoints/health_app_factory.py is in the package since 1.74.6.
"""

HEALTH_APP_WATCHDOG_CRASHES = Version(1, 83, 10)
"""The process monitor beside the separate health app crashes in the image (litellm#27393)."""

HEALTH_APP_REMOVED = Version(1, 85, 0)
"""proxy/health_endpoints/health_app_factory.py is gone (litellm#27430); 1.84.10 still has it."""

DRAINS_ITSELF = Version(1, 89, 0)
"""The proxy finishes its requests before it ends (proxy/shutdown/graceful_shutdown_manager.py)."""

JSON_READ_STRICTLY = Version(1, 100, 0)
"""JSON_LOGS is on for the word true alone; before, for any text."""

URL_TAKES_OPTIONS = Version(1, 81, 14)
"""A Redis given by url gets the blocking pool, and max_connections with it; before, redis-py's own pool and no option.

That pool is unbounded in redis-py 5 and has 100 connections in redis-py 8. _redis.py: get_redis_async_client
uses the blocking pool for a url, and get_redis_connection_pool passes max_connections on.
"""

URL_TAKES_EVERY_OPTION = Version(1, 98, 0)
"""A Redis given by url takes socket_timeout and the others too (_redis.py, _get_redis_url_kwargs and _init_arg_names).

1.96.0 was to do so, but with redis-py 7.4 and later it took none of them.
"""

HOST_BEATS_REDIS_URL = Version(1, 93, 0)
"""A Redis host in the config wins over the variable REDIS_URL; before, the variable won silently.

_redis.py, _get_redis_client_logic: caller_named_a_target.
"""

ALERTING_WEBHOOK_URL = Version(1, 101, 0)
"""The variable ALERTING_WEBHOOK_URL is read beside SLACK_WEBHOOK_URL (integrations/SlackAlerting/slack_alerting.py)."""

ALERTS_TEAMS = Version(1, 100, 0)
"""general_settings.alerting takes ms_teams, which hears of all that Slack does; 1.99.4 sends it nothing.

integrations/SlackAlerting/slack_alerting.py, SlackAlerting.send_alert.
"""

MAKES_MULTIPROC_DIR = Version(1, 82, 0)
"""PROMETHEUS_MULTIPROC_DIR is set, made and emptied by the proxy where several workers serve Prometheus.

proxy/proxy_cli.py, _maybe_setup_prometheus_multiproc_dir: it looks for prometheus in callbacks, success_callback and
failure_callback of the config file, and keeps a folder that the variable names already.
"""

METRICS_NEED_KEY = Version(1, 84, 0)
"""require_auth_for_metrics_endpoint is true unless it is stated; before, /metrics was open.

__init__.py holds the default; from here on proxy/middleware/prometheus_auth_middleware.py asks for a key unless it is
the boolean false.
"""

CACHE_MAX_MESSAGES = Version(1, 106, 0)
"""cache_params.max_messages is there and 4 by default: longer conversations are not cached (caching/caching.py)."""

MIGRATES_FROM_MASTER_KEY = Version(1, 104, 0)
"""LITELLM_MIGRATE_FROM_MASTER_KEY re-encrypts what an old master key had encrypted.

proxy/auth/master_key_boot_check.py names the variable; 1.103.11 does not have it.
"""

REFUSES_WEAK_MASTER_KEY = Version(1, 104, 0)
"""The proxy does not start without a master key, nor with sk-1234; before, it answers everybody where there is none.

proxy/auth/master_key_boot_check.py; 1.103.11 does not have it.
"""

KEYLESS_IS_NO_ADMIN = Version(1, 81, 16)
"""Without a master key everybody is an internal user; in 1.81.15, the admin (proxy/auth/user_api_key_auth.py)."""

INTERNAL_RETRIES_READ = Version(1, 101, 0)
"""retry_policy.InternalServerErrorRetries has an effect (router_utils/get_retry_from_policy.py)."""

INTERNAL_FAILS_READ = Version(1, 98, 0)
"""allowed_fails_policy.InternalServerErrorAllowedFails has an effect."""

EXPLICIT_DEFAULT_COUNTS = Version(1, 109, 0)
"""allowed_fails: 3, LiteLLM's own default, counts as stated."""

ANTHROPIC_CALL_TYPES = Version(1, 98, 0)
"""The cache takes Anthropic's messages too (types/caching.py, CachingSupportedCallTypes); 1.97.0 does not."""

BUFFER_NEEDS_REDIS_TO_START = Version(1, 82, 1)
"""use_redis_transaction_buffer without a Redis cache stops the proxy; before, spend was silently not written.

proxy/proxy_server.py, validate_redis_transaction_buffer_config; with a leading underscore in older releases.
"""

BUFFER_TAKES_VARIABLES = Version(1, 90, 0)
"""use_redis_transaction_buffer is content with a Redis that REDIS_HOST or REDIS_URL names.

proxy/proxy_server.py, get_transaction_buffer_redis_cache.
"""

COORDINATION_REDIS = Version(1, 93, 0)
"""general_settings.coordination_redis gives the processes a Redis to share their counters (proxy/proxy_server.py)."""

VARIABLES_SHARE_COUNTERS = Version(1, 101, 0)
"""The processes share their counters through the Redis that REDIS_* variables name, without any cache.

proxy/proxy_server.py, _init_coordination_redis_env_fallback.
"""

REQUEST_TIMEOUT_WINS = Version(1, 91, 0)
"""litellm_settings.request_timeout wins over router_settings.timeout; before, it was the other way round.

router.py, Router._get_non_stream_timeout; later in router_python_core.py.
"""

FALLBACKS_MUST_BE_LISTS = Version(1, 108, 1)
"""A text in place of a list of fallbacks stops the proxy; before, each of its letters was tried as a model.

router_python_core.py, Router.validate_fallbacks and default_fallbacks.
"""

HEALTH_CHECK_GROUPS = Version(1, 100, 0)
"""general_settings.background_health_check_model_groups limits the background health checks to some models.

proxy/health_check.py, parse_background_health_check_model_groups.
"""

CONNECTION_TIMEOUT_READ = Version(1, 84, 8)
"""general_settings.database_connection_timeout is read, and wins over database_connection_pool_timeout.

proxy/proxy_cli.py; before, it was a field of the documented settings alone (proxy/_types.py).
"""

IMAGE_RUNS_PROGRAMS = Version(1, 102, 0)
"""From here on an official image's entrypoint may run a command's first word as a program; before, none does.

Every image before ends in `exec litellm "$@"`. The newer entrypoint (docker-entrypoint.sh of the repository) can start
proxy/collector.py, which no package before this one has; with which release its images came is not known.
"""

USE_PRISMA_MIGRATE_UNREAD = Version(1, 75, 6)
"""USE_PRISMA_MIGRATE is read no more: the proxy always runs `prisma migrate deploy`. 1.75.5.post1 still asks."""

ROUTER_REFUSES_HEALTH_CHECKS = Version(1, 81, 3)
"""health_check_interval and health_check_concurrency in router_settings stop the boot; before, they were dropped.

proxy/proxy_server.py, ProxyConfig.load_config; from here on it warns of each key that it drops. There is no 1.81.2.
"""

MAX_BUDGET_READS_TEXT = Version(1, 82, 6)
"""litellm_settings.max_budget is made a number (proxy/proxy_server.py, load_config); 1.82.5 compares what it is."""

DROP_PARAMS_READS_TEXT = Version(1, 102, 0)
"""litellm_settings.drop_params may be a text (drop_params_flag); in 1.101.6 only the boolean true counts."""

ROUTER_KEEPS_ITS_OWN = Version(1, 101, 0)
"""What the proxy passes to the router itself is ignored in router_settings; 1.100.5 passes it twice, a TypeError.

proxy/proxy_server.py, ROUTER_SETTINGS_MANAGED_OUTSIDE_CONFIG.
"""

SSL_FALSE_IS_FALSE = Version(1, 93, 0)
"""`ssl: false` of a Redis by host means no TLS; in 1.92.2 the key alone counts (_redis.py, get_redis_connection_pool).
"""

REFUSES_OTHER_DATABASES = Version(1, 91, 0)
"""A DATABASE_URL that is not PostgreSQL's ends the start (proxy/proxy_cli.py, unsupported_db_scheme)."""
