from __future__ import annotations

import json

import pytest

from litellm_harden.report.mask import Masker
from litellm_harden.text.edits import Edit

ENV = "LITELLM_MASTER_KEY=sk-canary-4711\nPOSTGRES_PASSWORD=postgres\nLITELLM_LOG=DEBUG\n"


@pytest.fixture
def masker() -> Masker:
    return Masker([ENV])


def test_a_secret_is_hidden_wherever_it_is_repeated(masker: Masker) -> None:
    assert masker.say("the key sk-canary-4711 is weak") == "the key *** is weak"
    assert masker.say("'sk-canary-4711'.") == "'***'."


def test_a_secret_that_is_an_ordinary_word_is_one_only_where_secrets_are_meant(masker: Masker) -> None:
    assert masker.say("the postgres service has no limit") == "the postgres service has no limit"
    assert masker.say("the password is postgres", "env:POSTGRES_PASSWORD") == "the password is ***"


def test_values(masker: Masker) -> None:
    assert masker.value("env:OPENAI_API_KEY", "anything") == "***"
    assert masker.value("env:OPENAI_API_KEY", 12345) == "***"
    assert masker.value("env:OPENAI_API_KEY", "os.environ/OTHER") == "os.environ/OTHER"
    assert masker.value("env:OPENAI_API_KEY", "${KEY:-fallback}") == "${KEY:-***}"
    assert masker.value("env:LITELLM_LOG", "DEBUG") == "DEBUG"
    assert masker.value("config:general_settings", {"master_key": "x", "alerting": ["slack"], "a": None}) == {
        "master_key": "***",
        "alerting": ["slack"],
        "a": None,
    }


def test_any_value_becomes_json_of_bounded_size(masker: Masker) -> None:
    bomb: list[object] = ["lol"]
    for _ in range(40):
        bomb = [bomb, bomb]
    assert len(json.dumps(masker.value("config:x", bomb))) < 100_000
    assert json.dumps(masker.value("config:x", [float("nan"), float("inf"), {1: b"x"}]), allow_nan=False)


@pytest.mark.parametrize(
    ("edit", "redacted"),
    [
        (Edit(len(ENV), len(ENV), "LITELLM_SALT_KEY=sk-new\n"), True),
        (Edit(19, 33, "sk-other"), True),
        (Edit(19, 33, ""), False),
        (Edit(len(ENV) - 6, len(ENV) - 1, "ERROR"), False),
        (Edit(len(ENV), len(ENV), "LITELLM_SALT_KEY=${OTHER}\n"), False),
        (Edit(len(ENV), len(ENV), "COPY=sk-canary-4711\n"), True),
    ],
)
def test_an_edit_that_writes_a_secret_is_redacted(masker: Masker, edit: Edit, redacted: bool) -> None:
    assert masker.redacts(ENV, edit) is redacted


def test_a_secret_that_was_cut_short_is_hidden_too() -> None:
    secret = "correct-horse-battery-staple" * 4
    masker = Masker([f"MY_KEY={secret}\n"])
    assert masker.say(f"X is {secret[:60]}") == "X is ***"
    assert masker.say(f"X is {secret}, and so on") == "X is ***, and so on"
    long_word = "a1" * 100
    assert Masker([f"MY_KEY={long_word}\n"]).say(f"X is {long_word[:60]}") == "X is ***"


def test_what_a_secret_refers_to_is_one_however_ordinary_it_is() -> None:
    compose = 'environment: {DATABASE_URL: "postgres://u:${DBP}@db/x"}\n'
    masker = Masker([compose, "DBP=${INNER}\nINNER=postgres\nA=postgres\n"])
    assert masker.text("INNER=postgres\nA=postgres\n") == "INNER=***\nA=postgres\n"
    assert masker.value("env:INNER", "postgres") == "***"
    assert masker.value("env:A", "postgres") == "postgres"


def test_keys_of_mappings_are_hidden_where_they_are_tokens(masker: Masker) -> None:
    assert masker.value("config:router_settings.fallbacks", [{"sk-canary-4711": ["gpt"]}]) == [{"***": ["gpt"]}]
