"""Item 8: which salt is none, where one may come from, and where a reference is only a text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import ABSENT, Secret
from litellm_harden.litellm.examples import is_example, is_placeholder
from litellm_harden.rules.model import Applicability
from tests.rules.worlds import compose, deployment, findings, not_judged, only

MASTER = "sk-9b1f6c03aa5e47d2"
GIVEN = {"LITELLM_SALT_KEY": "sk-0f3a77c1d2e94b58"}


def with_database(
    folder: Path,
    environment: Mapping[str, str],
    config: str = "model_list: []\n",
    image: str = "litellm/litellm:v1.81.0",
    **owner: Any,
) -> Deployment:
    variables = {"DATABASE_URL": "postgresql://u@db.internal/litellm", **environment}
    files = {"config.yaml": config, "compose.yaml": compose(image=image, environment=variables)}
    return deployment(folder, files, **owner)


def test_the_salt_is_made_equal_to_a_strong_master_key(tmp_path: Path) -> None:
    found = with_database(tmp_path, {"LITELLM_MASTER_KEY": MASTER})
    _, fix = only(findings(found, "LH081"))
    assert fix.applicability is Applicability.UNSAFE
    assert [(change.address, change.value) for change in fix.changes] == [("env:LITELLM_SALT_KEY", Secret(MASTER))]
    assert MASTER not in fix.description


@pytest.mark.parametrize(("salt", "says"), [("", "is empty"), (" ", "is blank"), ("sk-1234", "is an example")])
def test_a_salt_that_everybody_knows_is_left_to_its_owner(salt: str, says: str, tmp_path: Path) -> None:
    finding, fix = only(findings(with_database(tmp_path, {"LITELLM_SALT_KEY": salt}), "LH081"))
    assert f"LITELLM_SALT_KEY {says}" in finding.message
    assert fix.applicability is Applicability.MANUAL


@pytest.mark.parametrize("master", [MASTER, "sk-1234"])
def test_an_empty_database_may_have_a_salt_of_its_own(master: str, tmp_path: Path) -> None:
    _, fix = only(findings(with_database(tmp_path, {"LITELLM_MASTER_KEY": master}), "LH081"))
    assert fix.description.endswith("(if nothing is stored yet: --set LITELLM_SALT_KEY=new)")


def test_the_master_key_of_the_config_goes_before_the_variable(tmp_path: Path) -> None:
    for number, stated in enumerate((MASTER, "os.environ/GATEWAY_KEY")):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = with_database(
            folder,
            {"LITELLM_MASTER_KEY": "sk-77aa10bb33dd92ce", "GATEWAY_KEY": MASTER},
            f"general_settings: {{master_key: {stated}}}\n",
        )
        assert [change.value for change in only(findings(found, "LH081"))[1].changes] == [Secret(MASTER)]


@pytest.mark.parametrize("environment", [{}, {"LITELLM_MASTER_KEY": "sk-1234"}, {"LITELLM_MASTER_KEY": "sk-9b1f"}])
def test_a_weak_master_key_is_changed_before_there_is_a_salt(environment: dict[str, str], tmp_path: Path) -> None:
    _, fix = only(findings(with_database(tmp_path, environment), "LH081"))
    assert fix.applicability is Applicability.MANUAL
    assert "LiteLLM 1.104.0 re-encrypts: LITELLM_MIGRATE_FROM_MASTER_KEY" in fix.description


def test_releases_that_re_encrypt_are_told_how(tmp_path: Path) -> None:
    _, fix = only(findings(with_database(tmp_path, {}, image="litellm/litellm:v1.104.0"), "LH081"))
    assert "with LITELLM_MIGRATE_FROM_MASTER_KEY set to the old one" in fix.description


def test_a_reference_to_nothing_leaves_no_master_key(tmp_path: Path) -> None:
    config = "general_settings: {master_key: os.environ/GATEWAY_KEY}\n"
    _, fix = only(findings(with_database(tmp_path, {"LITELLM_MASTER_KEY": MASTER}, config), "LH081"))
    assert fix.applicability is Applicability.MANUAL


def test_an_unknown_master_key_needs_its_owner(tmp_path: Path) -> None:
    _, fix = only(findings(with_database(tmp_path, {"LITELLM_MASTER_KEY": "${LITELLM_MASTER_KEY}"}), "LH081"))
    assert (fix.applicability, fix.inputs) == (Applicability.INPUT, ("LITELLM_SALT_KEY",))


def test_a_default_is_not_taken_for_the_master_key(tmp_path: Path) -> None:
    for number, config in enumerate(("{}", "{master_key: os.environ/LITELLM_MASTER_KEY}")):
        folder = tmp_path / str(number)
        folder.mkdir()
        variables = {"LITELLM_MASTER_KEY": f"${{GATEWAY_KEY:-{MASTER}}}"}
        found = with_database(folder, variables, f"general_settings: {config}\n")
        assert only(findings(found, "LH081"))[1].applicability is Applicability.INPUT
    (folder / ".env").write_text("GATEWAY_KEY=sk-77aa10bb33dd92ce\n")
    known = with_database(folder, variables)
    assert [change.value for change in only(findings(known, "LH081"))[1].changes] == [Secret("sk-77aa10bb33dd92ce")]


def test_a_given_salt_is_taken_where_there_is_none(tmp_path: Path) -> None:
    for number, master in enumerate((MASTER, "sk-1234", "${LITELLM_MASTER_KEY}")):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, fix = only(findings(with_database(folder, {"LITELLM_MASTER_KEY": master}, values=GIVEN), "LH081"))
        assert fix.applicability is Applicability.SAFE
        assert [change.value for change in fix.changes] == [Secret(GIVEN["LITELLM_SALT_KEY"])]


def test_a_given_example_is_not_taken(tmp_path: Path) -> None:
    _, fix = only(findings(with_database(tmp_path, {}, values={"LITELLM_SALT_KEY": "sk-1234"}), "LH081"))
    assert fix.applicability is Applicability.INPUT
    assert "the one given is an example that everybody knows" in fix.description


@pytest.mark.parametrize(
    "salt", ["", "sk-1234", "'sk-1234'", "your-salt-key", "CHANGE_ME_GENERATE_WITH_openssl_rand_hex_16"]
)
def test_a_salt_that_everybody_knows_is_never_changed(salt: str, tmp_path: Path) -> None:
    found = with_database(tmp_path, {"LITELLM_SALT_KEY": salt, "LITELLM_MASTER_KEY": MASTER}, values=GIVEN)
    finding, fix = only(findings(found, "LH081"))
    assert "anybody can decrypt" in finding.message
    assert (fix.applicability, fix.changes) == (Applicability.MANUAL, ())


def test_an_empty_default_is_told_for_what_it_is(tmp_path: Path) -> None:
    finding, fix = only(findings(with_database(tmp_path, {"LITELLM_SALT_KEY": "${LITELLM_SALT_KEY:-}"}), "LH081"))
    assert "unless the shell or .env sets it" in finding.message
    assert fix.description.startswith("if it is set, write ${LITELLM_SALT_KEY:?}")
    (tmp_path / ".env").write_text("LITELLM_SALT_KEY=\n")
    finding, fix = only(findings(with_database(tmp_path, {"LITELLM_SALT_KEY": "${LITELLM_SALT_KEY:-}"}), "LH081"))
    assert "unless" not in finding.message


def test_a_salt_from_elsewhere_is_not_judged(tmp_path: Path) -> None:
    found = with_database(tmp_path, {"LITELLM_SALT_KEY": "${LITELLM_SALT_KEY}"})
    assert not findings(found, "LH081")
    assert len(not_judged(found, "LH081")) == 1


def test_an_image_alone_may_get_its_salt_when_it_starts(tmp_path: Path) -> None:
    dockerfile = "FROM litellm/litellm:v1.81.0\nENV DATABASE_URL=postgresql://u@db/litellm\n"
    image = deployment(tmp_path, {"Dockerfile": dockerfile})
    assert not findings(image, "LH081")
    assert [one.reason for one in not_judged(image, "LH081")] == ["what starts the proxy may set it"]


def test_a_literal_salt_is_found_once_and_left_alone(tmp_path: Path) -> None:
    for number, salt in enumerate(("os.environ/LITELLM_SALT_KEY", '"os.environ/LITELLM_SALT_KEY"')):
        folder = tmp_path / str(number)
        folder.mkdir()
        finding, fix = only(findings(with_database(folder, {"LITELLM_SALT_KEY": salt}), "LH081", "LH082"))
        assert finding.rule.id == "LH082"
        assert finding.message.endswith("everybody knows the key that encrypts what is stored")
        assert fix.applicability is Applicability.MANUAL


def test_without_a_database_a_literal_salt_is_only_a_wrong_reference(tmp_path: Path) -> None:
    files = {"compose.yaml": compose(environment={"LITELLM_SALT_KEY": "os.environ/SALT"})}
    _, fix = only(findings(deployment(tmp_path, files | {"config.yaml": "model_list: []\n"}), "LH082"))
    assert fix.applicability is Applicability.SAFE
    assert [change.value for change in fix.changes] == ["${SALT:?set SALT in .env}"]


@pytest.mark.parametrize(
    ("image", "environment", "says"),
    [
        ("v1.104.0", {}, "LITELLM_MIGRATE_FROM_MASTER_KEY to the old text"),
        ("v1.103.0", {}, "which LiteLLM 1.104.0 re-encrypts"),
        ("v1.104.0", GIVEN, "LITELLM_SALT_KEY encrypts what is stored"),
    ],
)
def test_a_literal_master_key_has_a_way_out(image: str, environment: dict[str, str], says: str, tmp_path: Path) -> None:
    variables = {"GATEWAY_KEY": "os.environ/GATEWAY_KEY", **environment}
    config = "general_settings: {master_key: os.environ/GATEWAY_KEY}\n"
    found = with_database(tmp_path, variables, config, f"litellm/litellm:{image}")
    finding, fix = only(findings(found, "LH082"))
    assert finding.message.endswith("everybody knows the master key")
    assert fix.applicability is Applicability.MANUAL
    assert says in fix.description


def test_where_an_env_file_has_the_value_the_reference_goes(tmp_path: Path) -> None:
    files = {
        "config.yaml": "model_list: []\n",
        "proxy.env": "OPENAI_API_KEY=sk-0f3a77c1d2e94b58\n",
        "compose.yaml": compose(
            environment={"OPENAI_API_KEY": "os.environ/OPENAI_API_KEY"}, service="env_file: proxy.env"
        ),
    }
    _, fix = only(findings(deployment(tmp_path, files), "LH082"))
    assert [change.value for change in fix.changes] == [ABSENT]


@pytest.mark.parametrize(
    "service",
    [
        "environment: [OPENAI_API_KEY]",
        "environment: {OPENAI_API_KEY: os.environ/OPENAI_API_KEY}",
        "environment: {OPENAI_API_KEY: '${OPENAI_API_KEY}'}",
        "env_file: .env",
    ],
)
def test_a_reference_in_the_env_file_itself_needs_its_owner(service: str, tmp_path: Path) -> None:
    files = {
        "config.yaml": "model_list: []\n",
        ".env": "OPENAI_API_KEY=os.environ/OPENAI_API_KEY\n",
        "compose.yaml": compose(service=service),
    }
    _, fix = only(findings(deployment(tmp_path, files), "LH082"))
    assert fix.applicability is Applicability.MANUAL
    assert fix.description.startswith("write the value of OPENAI_API_KEY itself")


def test_words_and_digits_everybody_knows_are_examples_and_keys_are_not() -> None:
    for key in (
        "sk-1234",
        "sk-12345678",
        "sk-your-master-key-here",
        "changeme",
        "sk-XXXXXXXX",
        "sk-",
        "secret",
        "000000",
    ):
        assert is_example(key), key
    for key in ("", MASTER, "correct horse battery staple", "sk-my-kQ7f2", "sk-yourQx81", "AKXXY12", "sk-1324"):
        assert not is_example(key), key
    assert is_placeholder("sk-your-team-here")
    for url in ("http://relay:8080/YOUR-TEAM/x", "http://todo.internal/hooks/1", "https://chat/hooks/dummy/x"):
        assert not is_placeholder(url), url
    assert not is_placeholder("https://hooks.slack.com/services/T02YOURS/B0TODO1/xXxa9dummyT")
