"""Where a secret can stand beside a deployment: in what scrapes it, and in the files that lh itself is given."""

# ruff: noqa: E501  one place a line

from __future__ import annotations

from tests.secrets.world import CANARY, TOKEN, Place, compose

_SCRAPED = {"litellm": "callbacks: [prometheus]", "top": "  prometheus:\n    image: prom/prometheus\n    volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml']"}  # fmt: skip


def _scraped(name: str, text: str) -> Place:
    base = compose(name, litellm=_SCRAPED["litellm"])
    stack = compose(name, top=_SCRAPED["top"])
    job = "scrape_configs:\n  - job_name: litellm\n    static_configs: [{targets: ['litellm:4000']}]\n"
    files = {**stack.files, "config.yaml": base.files["config.yaml"], "prometheus.yml": f"{job}{text}\n"}
    return Place(f"prometheus: {name}", files)


PROMETHEUS = [
    _scraped("credentials", "    authorization:\n      credentials: @@"),
    _scraped("credentials with a type", "    authorization: {type: Bearer, credentials: @@}"),
    _scraped("basic_auth", "    basic_auth: {username: a, password: @@}"),
    _scraped("bearer_token", "    bearer_token: @@"),
    _scraped("parameter", "    params: {token: ['@@']}"),
    _scraped("remote write", "remote_write:\n  - url: https://me:@@@x.example\n    headers: {X-Api-Key: @@}"),
    _scraped("broken", '    bearer_token: "@@'),
]


def _configured(name: str, file: str, text: str, secret: str = TOKEN) -> Place:
    base = compose(name, secret, router="num_retries: 2")
    return Place(f"lh.toml: {name}", {**base.files, file: text}, secret)


_RULE = """\
id: ACME001
name: own-rule
title: A key
severity: high
address: {address}
expect: {expect}
message: "it is {{value}}"
why: because
sources: [the house]
examples:
  - files: {{config.yaml: "general_settings:\\n  master_key: made-up\\n"}}
    flags: [{flags}]
  - files: {{config.yaml: "general_settings:\\n  master_key: other\\n"}}
    passes: true
"""


def _ruled(name: str, rule: str, secret: str = CANARY) -> Place:
    base = compose(name, general="master_key: @@")
    return Place(f"rules: {name}", {**base.files, "lh.toml": 'rules = ["own"]\n', "own/ACME001.yaml": rule}, secret)


OWNER = [
    _configured("unknown key", "lh.toml", '@@ = 1\n'),
    _configured("unknown key with a secret", "lh.toml", 'api_key = "@@"\n', CANARY),
    _configured("value that does not fit", "lh.toml", 'fail_on = "@@"\n'),
    _configured("version", "lh.toml", 'litellm_version = "@@"\n'),
    _configured("rule", "lh.toml", 'select = ["@@"]\n'),
    _configured("option", "lh.toml", '[rules.LH042]\nseconds = "@@"\n'),
    _configured("option with a secret's name", "lh.toml", '[rules.LH042]\napi_key = "@@"\n', CANARY),
    _configured("env file", "lh.toml", 'env_files = ["@@.env"]\n'),
    _configured("baseline behind a login", "lh.toml", 'baseline = "https://me:@@@example.com/x"\n'),
    _configured("rules behind a login", "lh.toml", 'rules = ["postgres://me:@@@db/x"]\n'),
    _configured("baseline", "lh.toml", 'baseline = "@@.json"\n'),
    _configured("broken", "lh.toml", 'select = ["@@\n'),
    _configured("broken, with a secret's name", "lh.toml", 'api_key = @@\n', CANARY),
    _configured("broken baseline", "lh-baseline.json", '{"schema": "@@", \n'),
    _ruled("value", _RULE.format(address="config:general_settings.master_key", expect="{not: @@}", flags="made-up")),
    _ruled("expected", _RULE.format(address="config:general_settings.master_key", expect="{equals: @@x}", flags="x")),
    _ruled("whole section", _RULE.format(address="config:general_settings", expect="{absent: true}", flags="x")),
    _ruled("unknown word", _RULE.format(address="config:general_settings.master_key", expect="{@@: 1}", flags="x"), TOKEN),
    _ruled("unknown severity", _RULE.replace("high", "@@").format(address="config:x", expect="{absent: true}", flags="x"), TOKEN),
    _ruled("broken", _RULE.format(address="config:general_settings.master_key", expect='"@@', flags="x")),
]  # fmt: skip
