"""The keys of lh.toml: what each may hold, what it does, and what holds where no file states it."""

from __future__ import annotations

from litellm_harden.record import Record

MOST = 1_000_000_000
"""What no number may exceed, whichever key or option it is of."""


class Key(Record):
    """A key of lh.toml.

    `kind` is one of version, count, number, flag, severity, rules, globs, files, file and folders. `default` is what
    holds where nothing states it, in words; `value` that default as a value, where it is one. A number is at least
    `minimum` (more than it, if `above`) and at most `maximum`. What several files state for a key that `adds` counts
    together; of any other the nearest file decides.
    """

    name: str
    kind: str
    does: str
    default: str
    value: object = None
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    adds: bool = False


RULE_FOLDERS = Key(
    "rules.dirs",
    "folders",
    "folders with rule files of your own; where no rule has options, `rules` may be this list itself",
    "none",
    adds=True,
)
"""The one key of `rules` that is no rule."""

GENERAL = (
    Key(
        "litellm_version",
        "version",
        "the LiteLLM release that runs; counts before an image's tag or a pin",
        "what the image's tag or a pin says, else the newest release known",
    ),
    Key(
        "instances",
        "count",
        "how many containers of the proxy run at once, where the files do not say",
        "1",
        minimum=1,
        maximum=1_000_000,
    ),
    Key(
        "max_db_connections",
        "count",
        "connections that the database accepts from all workers of all instances together",
        "what the compose Postgres accepts, else unknown",
        minimum=1,
        maximum=1_000_000,
    ),
    Key(
        "expected_rps",
        "number",
        "requests a second that the proxy serves; the failures that may happen in a minute follow from it",
        "100",
        value=100,
        minimum=0,
        maximum=1_000_000,
        above=True,
    ),
    Key(
        "tolerated_error_rate",
        "number",
        "share of failing requests that must not yet take a model out of rotation",
        "0.05",
        value=0.05,
        minimum=0,
        maximum=1,
    ),
    Key("select", "rules", "judge only these rules: ids, prefixes of ids, or names", "all rules"),
    Key("ignore", "rules", "leave these rules out: ids, prefixes of ids, or names", "none", value=()),
    Key("fail_on", "severity", "the least severity that fails a run, or `never`", "critical", value="critical"),
    Key("strict", "flag", "fail a run (exit code 3) where a selected rule cannot be judged", "false", value=False),
    Key("env_files", "files", "env files that Compose is given by hand, or that are not in the checkout", "none"),
    Key(
        "exclude",
        "globs",
        "files and folders that hold no deployment to judge",
        "none",
        adds=True,
    ),
    Key("baseline", "file", "the file with the findings that were there before and do not count", "none"),
    RULE_FOLDERS,
)
"""Every key but those of rules."""

SEVERITY = Key(
    "severity",
    "severity",
    "how bad every finding of the rule is, whatever the rule itself says",
    "the rule's own",
)
"""What every rule may be given, beside its options."""

SEVERITIES = ("critical", "high", "medium", "low")
NEVER = "never"
