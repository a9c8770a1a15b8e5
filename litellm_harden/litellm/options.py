"""The options of the `litellm` command that starts the proxy: names, values, environment variables, versions.

Source: the click declarations in `litellm/proxy/proxy_cli.py`, compared across the releases 1.81.0, 1.81.16, 1.82.6,
1.83.0, 1.83.14, 1.84.0, 1.86.0, 1.88.0, 1.90.0, 1.93.0, 1.95.0, 1.98.0, 1.100.0, 1.102.0, 1.103.0, 1.104.0, 1.106.0,
1.108.0 and 1.109.1. Click wants the full spelling: neither `--num-workers` nor `--num_work` is taken for
`--num_workers`.
"""

from __future__ import annotations

from typing import NamedTuple

from litellm_harden.litellm.versions import Version

OLDEST = Version(1, 81, 0)
"""The oldest release whose options were looked at."""


class Between(NamedTuple):
    """A change of the command line that falls after the release `after` and not later than the release `by`."""

    after: Version
    by: Version


class Option(NamedTuple):
    """One option. `env` is the variable that click reads where the argument is missing.

    `added` and `dropped` lie between two releases that were looked at; None for an option that OLDEST has, or that is
    still there.
    """

    name: str
    takes_value: bool
    env: str | None = None
    aliases: tuple[str, ...] = ()
    added: Between | None = None
    dropped: Between | None = None

    def accepted_by(self, version: Version) -> bool | None:
        """Whether that release takes the option; None where that lies between two releases that were looked at."""
        if version < OLDEST:
            return None
        if self.added and version < self.added.by:
            return False if version <= self.added.after else None
        if self.dropped and version > self.dropped.after:
            return False if version >= self.dropped.by else None
        return True


_VALUE, _FLAG = True, False
_IN_1_82 = Between(Version(1, 81, 16), Version(1, 82, 6))
_IN_1_83 = Between(Version(1, 83, 0), Version(1, 83, 14))
_IN_1_84 = Between(Version(1, 83, 14), Version(1, 84, 0))
_IN_1_88 = Between(Version(1, 86, 0), Version(1, 88, 0))
_IN_1_90 = Between(Version(1, 88, 0), Version(1, 90, 0))
_IN_1_95 = Between(Version(1, 93, 0), Version(1, 95, 0))
_IN_1_100 = Between(Version(1, 98, 0), Version(1, 100, 0))
_IN_1_102 = Between(Version(1, 100, 0), Version(1, 102, 0))
_IN_1_104 = Between(Version(1, 103, 0), Version(1, 104, 0))
_IN_1_106 = Between(Version(1, 104, 0), Version(1, 106, 0))
_IN_1_109 = Between(Version(1, 108, 0), Version(1, 109, 1))

OPTIONS: tuple[Option, ...] = (
    Option("--add_function_to_prompt", _FLAG),
    Option("--add_key", _VALUE),
    Option("--alias", _VALUE),
    Option("--api_base", _VALUE),
    Option("--api_version", _VALUE),
    Option("--azure_postgresql_auth", _FLAG, added=_IN_1_100),
    Option("--check_migrations_against_existing_data", _FLAG, added=_IN_1_109),
    Option("--ciphers", _VALUE),
    Option("--config", _VALUE, aliases=("-c",)),
    Option("--debug", _FLAG, env="DEBUG"),
    Option("--detailed_debug", _FLAG, env="DETAILED_DEBUG"),
    Option("--drop_params", _FLAG),
    Option("--enforce_prisma_migration_check", _FLAG, env="ENFORCE_PRISMA_MIGRATION_CHECK", added=_IN_1_82),
    Option("--granian_threads", _VALUE, env="GRANIAN_RUNTIME_THREADS", added=_IN_1_88),
    Option("--headers", _VALUE),
    Option("--health", _FLAG),
    Option("--help", _FLAG),
    Option("--host", _VALUE, env="HOST"),
    Option("--iam_token_db_auth", _FLAG),
    Option("--keepalive_timeout", _VALUE, env="KEEPALIVE_TIMEOUT"),
    Option("--limit_concurrency", _VALUE, env="LIMIT_CONCURRENCY", added=_IN_1_95),
    Option("--local", _FLAG),
    Option("--log_config", _VALUE),
    Option("--max_budget", _VALUE),
    Option("--max_requests_before_restart", _VALUE, env="MAX_REQUESTS_BEFORE_RESTART"),
    Option("--max_requests_before_restart_jitter", _VALUE, env="MAX_REQUESTS_BEFORE_RESTART_JITTER", added=_IN_1_90),
    Option("--max_tokens", _VALUE),
    Option("--model", _VALUE, aliases=("-m",)),
    Option("--no-enforce_prisma_migration_check", _FLAG, added=_IN_1_104, dropped=_IN_1_106),
    Option("--num_requests", _VALUE),
    Option("--num_workers", _VALUE, env="NUM_WORKERS"),
    Option("--port", _VALUE, env="PORT"),
    Option("--prometheus_metrics_port", _VALUE, env="PROMETHEUS_METRICS_PORT", added=_IN_1_102),
    Option("--reload", _FLAG, added=_IN_1_83),
    Option("--request_timeout", _VALUE),
    Option("--run_granian", _FLAG, added=_IN_1_88),
    Option("--run_gunicorn", _FLAG),
    Option("--run_hypercorn", _FLAG),
    Option("--save", _FLAG),
    Option("--setup", _FLAG, added=_IN_1_82),
    Option("--skip_server_startup", _FLAG),
    Option("--ssl_certfile_path", _VALUE, env="SSL_CERTFILE_PATH"),
    Option("--ssl_keyfile_path", _VALUE, env="SSL_KEYFILE_PATH"),
    Option("--telemetry", _VALUE),
    Option("--temperature", _VALUE),
    Option("--test", _FLAG),
    Option("--test_async", _FLAG),
    Option("--timeout_worker_healthcheck", _VALUE, env="TIMEOUT_WORKER_HEALTHCHECK", added=_IN_1_84),
    Option("--use_legacy_migration_resolver", _FLAG, added=_IN_1_104),
    Option("--use_prisma_db_push", _FLAG),
    Option("--use_queue", _FLAG),
    Option("--use_v2_migration_resolver", _FLAG, env="USE_V2_MIGRATION_RESOLVER", added=_IN_1_83),
    Option("--validate_config", _FLAG, added=_IN_1_104),
    Option("--version", _FLAG, aliases=("-v",)),
)
"""Every option, by name. With `takes_value` false it is a flag. The variable of a flag is read as a boolean."""

_BY_NAME = {name: option for option in OPTIONS for name in (option.name, *option.aliases)}


def option(name: str) -> Option | None:
    """The option with that name or alias (`--num_workers`, `-c`), or None if no release looked at has it."""
    return _BY_NAME.get(name)
