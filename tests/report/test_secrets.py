import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.report.secrets import hide, hide_tokens, referred
from litellm_harden.text.secret_names import is_secret_address, is_secret_name

HIDDEN = [
    ("LITELLM_MASTER_KEY=hunter2\n", "LITELLM_MASTER_KEY=***\n"),
    ('export SALT="two words" # why\n', 'export SALT="***" # why\n'),
    ("# OPENAI_API_KEY=hunter2\n", "# OPENAI_API_KEY=***\n"),
    ("DB_PASSWORD=two words\r\nA=1\r\n", "DB_PASSWORD=***\r\nA=1\r\n"),
    ("DATABASE_URL=postgresql://llm:hunter2@db:5432/x\n", "DATABASE_URL=postgresql://llm:***@db:5432/x\n"),
    ("REDIS_URL=redis://:p@ss/w@redis:6379\n", "REDIS_URL=redis://:***@redis:6379\n"),
    ("    - LITELLM_SALT_KEY=hunter2  # salt\n", "    - LITELLM_SALT_KEY=***  # salt\n"),
    ('    - "LITELLM_SALT_KEY=two words"\n', '    - "LITELLM_SALT_KEY=***"\n'),
    ("  LITELLM_SALT_KEY: hunter2 # salt\n", "  LITELLM_SALT_KEY: *** # salt\n"),
    ("  api_key: 'it''s'\n", "  api_key: '***'\n"),
    ("{master_key: hunter2, ui: on}\n", "{master_key: ***, ui: on}\n"),
    ('{"master_key": "hunter2", "ui": 1}\n', '{"master_key": "***", "ui": 1}\n'),
    ("  api_key: &k hunter2\n", "  api_key: &k ***\n"),
    (
        "  vertex_credentials: |\n    {\n      a\n    }\n  x: 1\n",
        "  vertex_credentials: |\n    ***\n      ***\n    ***\n  x: 1\n",
    ),
    ("  api_key:\n    hunter2\n  x: 1\n", "  api_key:\n    ***\n  x: 1\n"),
    ("api_keys:\n- one\n- os.environ/TWO\nx: 1\n", "api_keys:\n- ***\n- os.environ/TWO\nx: 1\n"),
    ("alert_to_webhook_url:\n  spend: http://a/b\n", "alert_to_webhook_url:\n  spend: ***\n"),
    ('PEM_KEY="-----BEGIN\nabc\n-----END"\nA=1\n', 'PEM_KEY="***\n***\n***"\nA=1\n'),
    ("ENV A=1 OPENAI_API_KEY=hunter2 B=2\n", "ENV A=1 OPENAI_API_KEY=*** B=2\n"),
    ("ENV OPENAI_API_KEY two words\n", "ENV OPENAI_API_KEY ***\n"),
    ("ARG TOKEN=hunter2\n", "ARG TOKEN=***\n"),
    (
        "    command: redis-server --requirepass hunter2 --port 1\n",
        "    command: redis-server --requirepass *** --port 1\n",
    ),
    (
        '    command: ["redis-server", "--requirepass", "hunter2"]\n',
        '    command: ["redis-server", "--requirepass", "***"]\n',
    ),
    ("    - --requirepass\n    - hunter2\n    - x\n", "    - --requirepass\n    - ***\n    - x\n"),
    (
        '    test: ["CMD", "redis-cli", "-a", "hunter2", "ping"]\n',
        '    test: ["CMD", "redis-cli", "-a", "***", "ping"]\n',
    ),
    ("    - redis-cli\n    - -a\n    - hunter2\n", "    - redis-cli\n    - -a\n    - ***\n"),
    ("    test: redis-cli -a hunter2 ping\n", "    test: redis-cli -a *** ping\n"),
    ("    test: curl -H 'Authorization: Bearer hunter2' x\n", "    test: curl -H 'Authorization: ***' x\n"),
    ("  note: sk-1234\n", "  note: ***\n"),
    ("SLACK=https://hooks.slack.com/services/YOUR/WEBHOOK\n", "SLACK=https://hooks.slack.com/services/***\n"),
    ("  KEY: ${MASTER_KEY:-hunter2}\n", "  KEY: ${MASTER_KEY:-***}\n"),
    ("# the password is hunter2hunter2, ask me\n", "# the password is ***, ask me\n"),
    ("# lh: ignore[LH042] my password was HUNTERtwo\n", "# lh: ignore[LH042] my password was ***\n"),
    ("  api_keyy: hunter2\n", "  api_keyy: ***\n"),
    ("OPENAI_API_KEY hunter2hunter2\n", "OPENAI_API_KEY ***\n"),
    ("ENV OPENAI_API_KEY=\\\nhunter2\n", "ENV OPENAI_API_KEY=***\n***\n"),
    ("- {value: hunter2, name: A_TOKEN}\n", "- {value: ***, name: A_TOKEN}\n"),
    ("    test: curl -u me:hunter2 http://x\n", "    test: curl -u me:*** http://x\n"),
    ("    command: redis-server --user me on >hunter2 ~*\n", "    command: redis-server --user me on >*** ~*\n"),
    ('    - "a.basicauth.users=me:$$apr1$$hunter2"\n', '    - "a.basicauth.users=me:$$apr1$$***"\n'),
    ("  api_key: 'hunter2\n", "  api_key: '***\n"),
    ("  x: http://${API_TOKEN:-hunter2}/\n", "  x: http://${API_TOKEN:-***}/\n"),
]

SHOWN = [
    "LITELLM_LOG=DEBUG\n",
    "master_key: os.environ/LITELLM_MASTER_KEY\n",
    "LITELLM_SALT_KEY: ${LITELLM_SALT_KEY:?set LITELLM_SALT_KEY in .env}\n",
    "KEY=$OTHER\nEMPTY_KEY=\nQUOTED_KEY=''\n",
    "max_tokens: 4096\ninput_cost_per_token: 0.00002\n",
    "key_management_system: azure_key_vault\n",
    "require_api_key: true\npassword: null\n",
    "POSTGRES_PASSWORD_FILE: /run/secrets/password\n",
    "DATABASE_URL=postgresql://llm:${PASSWORD}@db/x\n",
    "# the key: see the docs\n",
    "api_key: *shared\n",
    "image: ghcr.io/berriai/litellm:main-v1.81.0\n",
    "# the key is kept in v1.81.0\nVALKEY_URL=valkey://cache\nkeycloak: x\n",
    "topologyKey: kubernetes.io/hostname\ntaken: 3\nuser: 1000:1000\n",
    "Basic auth and Bearer tokens\n",
    "# the key is LiteLLM's; its token is in VAULT_2; the password is secret; a key is not set\n",
]


@pytest.mark.parametrize(("text", "expected"), HIDDEN)
def test_secrets_are_hidden(text: str, expected: str) -> None:
    assert hide(text) == expected


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_no_secret_stays(text: str) -> None:
    assert hide(text) == text


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=6).filter(
        lambda s: not set(s) & set("\"'#$*\\")
    )
)
def test_any_secret_is_hidden_from_every_kind_of_file(secret: str) -> None:
    canary = f"zq{secret}qz"
    texts = [
        f"MY_KEY={canary}\n",
        f'MY_KEY="{canary}"\n',
        f"env:\n  - MY_KEY={canary}\n",
        f'a:\n  my_key: "{canary}"\n',
    ]
    for text in texts:
        assert canary not in hide(text)
        assert hide(text).count("\n") == text.count("\n")


@given(st.text())
def test_anything_is_survived_line_by_line(text: str) -> None:
    assert hide(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("OPENAI_API_KEY_2", True),
        ("AWS_ACCESS_KEY_ID", True),
        ("SLACK_WEBHOOK_URL", True),
        ("SENTRY_DSN", True),
        ("MAX_TOKENS", False),
        ("max_tokens", False),
        ("database_connection_pool_limit", False),
        ("azure_ad_token", True),
        ("output_cost_per_token", False),
    ],
)
def test_names(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


@pytest.mark.parametrize(
    "name", ["api_keyy", "master_kye", "redis_pasword", "client_secert", "HF_TOKN", "slack_webhok"]
)
def test_a_slip_makes_a_secret_no_less_one(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["max_tokens", "taken", "monkey", "sector", "broken", "model_name", "KEYCLOAK_URL"])
def test_a_name_that_is_near_a_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_a_message_hides_tokens_and_logins_and_takes_names_for_names() -> None:
    assert (
        hide_tokens("A_KEY: not needed; http:/me:hunter2@h/x: no file")
        == "A_KEY: not needed; http:/me:***@h/x: no file"
    )
    assert hide_tokens("select names sk-hunter2, no rule") == "select names ***, no rule"


def test_what_secrets_refer_to() -> None:
    text = "a: {api_key: os.environ/ONE}\nDATABASE_URL=postgres://u:${TWO}@db\nb: ${THREE}\nX_TOKEN=$FOUR\n"
    assert set(referred(text)) == {"ONE", "TWO", "FOUR"}


def test_addresses() -> None:
    assert is_secret_address("env:LITELLM_SALT_KEY")
    assert is_secret_address("config:general_settings.alert_to_webhook_url.spend")
    assert not is_secret_address("arg:--num_workers")


@pytest.mark.parametrize(
    "line",
    [
        'database_url: "postgresql://admin@srv:S3cr3tPass@srv.example.com/db"',
        "REDIS_AUTH=S3cr3tPass",
        "PGPASS=S3cr3tPass",
    ],
)
def test_secrets_in_less_usual_places(line: str) -> None:
    assert "S3cr3tPass" not in hide(line)


def test_what_lh_asks_for_is_no_secret_and_what_it_gets_is() -> None:
    for shown in ("--set SLACK_WEBHOOK_URL=…", "--set LITELLM_SALT_KEY=new", "set A_KEY=${A_KEY:?set A_KEY in .env}"):
        assert hide(shown) == shown
    for said in ("LITELLM_SALT_KEY=new", "--set LITELLM_SALT_KEY=newer", "A_KEY=${A_KEY:?open"):
        assert hide(said) != said
