"""Which texts count as secrets in use, and which passwords as guessed."""

from __future__ import annotations

import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.litellm.examples import is_guessable
from litellm_harden.rules.credentials import is_credential

KEY = "Zk3Qw8Lm2Xc7Vb9Nn4Rt6Yp1Sd5Fg0Hj"
WORDS = ("sk", "local", "litellm", "gateway", "prod", "no", "key", "needed", "my", "team", "v2", "gpt4", "eu1", "2024")
PROVIDERS = st.sampled_from(["sk-", "sk-proj-", "sk-ant-api03-", "gsk_", "hf_", "xai-", "AIza", ""])


@pytest.mark.parametrize(
    "text",
    [
        *("sk-1234", "your-key-here", "none", "EMPTY", "not-used-for-ollama", "sk-local-placeholder-key", "lm-studio"),
        *("sk-" + "0" * 48, "sk-proj-" + "x" * 40, "d6***********", "<your-openai-key-1a2b3c4d5e6f7a8b>"),
        *("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        *("sk-1234567890abcdef1234567890abcdef", "sk-abc123def456ghi789jkl012", "a1b2c3d4e5f6g7h8i9j0"),
        *("os.environ/" + KEY, "${" + KEY + "}", "/secrets/sa-1a2b3c4d5e6f7a8b.json", "{{ " + KEY + " }}"),
        '{"private_key": "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"}',
        *("arn:aws:secretsmanager:us-east-1:123456789012:secret:foo-AbCdEf12", "ENC[AES256_GCM,data:" + KEY + "]"),
        *("http://localhost:11434/v1", "postgresql://litellm:litellm@db/litellm", "postgresql://u@db/" + KEY),
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "sk-litellm-gpt4-prod-v2-eu1-k8s",
    ],
)
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    assert not is_credential("api_key", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("api_key", KEY),
        ("AZURE_API_KEY", "d41d8cd98f00b204e9800998ecf8427e"),
        ("LANGFUSE_SECRET_KEY", "sk-lf-3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        ("Authorization", f"Bearer {KEY}"),
        ("notes", f"sk-{KEY}"),
        ("DATABASE_URL", "postgresql://litellm:kX9mPq2vvT@db:5432/litellm"),
        ("UI_PASSWORD", "kX9#mPq2"),
        ("llm_exceptions", "https://hooks.slack.com/services/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"),
        (
            "vertex_credentials",
            '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"}',
        ),
    ],
)
def test_a_secret_in_use_is_one(name: str, text: str) -> None:
    assert is_credential(name, text)


@pytest.mark.parametrize("name", ["LANGFUSE_PUBLIC_KEY", "aws_access_key_id", "model", "key_name"])
def test_under_another_name_a_random_text_is_no_secret(name: str) -> None:
    assert not is_credential(name, KEY)


@pytest.mark.parametrize("name", ["BYPASS_MODE", "UI_PASSWORD_FILE", "pass_through", "api_key"])
def test_only_a_password_may_be_made_up(name: str) -> None:
    assert not is_credential(name, "kX9#mPq2")


@given(PROVIDERS, st.integers(), st.integers(40, 160))
def test_keys_as_providers_make_them_are_found(prefix: str, seed: int, length: int) -> None:
    random = Random(seed)
    keys = ["".join(random.choices(string.ascii_letters + string.digits, k=length)) for _ in range(20)]
    assert sum(is_credential("api_key", prefix + key) for key in keys) >= 18  # one may spell "fake"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from("-_."))
def test_words_are_no_keys(words: list[str], separator: str) -> None:
    assert not is_credential("api_key", separator.join(words))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_may_be_asked_for(name: str, text: str) -> None:
    assert is_credential(name, text) in (True, False)
    assert is_guessable(text, [name]) in (True, False)


@pytest.mark.parametrize(
    "password",
    [
        "postgres",
        "dbpassword9090",
        "llmpassword",
        "P@ssw0rd",
        "password123!",
        "litellm2026",
        "desk",
        "desk99",
        "123456",
    ],
)
def test_what_is_tried_first_is_guessed(password: str) -> None:
    assert is_guessable(password, ["desk"])


@pytest.mark.parametrize("password", ["kX9#mPq2", "tr0ub4dor&3", "litellm84726253", "correcthorsebattery"])
def test_other_passwords_are_not(password: str) -> None:
    assert not is_guessable(password, ["desk"])
