"""Where secrets and items of lists are written, and when that is refused."""

import subprocess
from pathlib import Path

import pytest

from litellm_harden.deployment.model import Excluding, Including, Secret
from tests.deploy import after, deploy, write

SERVICE = "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"
HOOK = "env:SLACK_WEBHOOK_URL"
VALUE = Secret("https://hooks.slack.com/services/T0/B0/x")
REFERENCE = "${SLACK_WEBHOOK_URL:?set SLACK_WEBHOOK_URL in .env}"


def files(compose: str, env: str | None = "A=1\n") -> dict[str, str]:
    return {"compose.yaml": compose, **({".env": env} if env is not None else {})}


def test_a_secret_goes_to_the_env_file_of_the_service(tmp_path: Path) -> None:
    changed = after(deploy(tmp_path, files(SERVICE + "    env_file: .env\n")), (HOOK, VALUE))
    assert changed == {".env": f"A=1\nSLACK_WEBHOOK_URL={VALUE.text}\n"}


def test_a_service_without_env_file_refers_to_the_project_env(tmp_path: Path) -> None:
    changed = after(deploy(tmp_path, files(SERVICE + "    environment:\n      - A=${A}\n")), (HOOK, VALUE))
    assert changed == {
        "compose.yaml": SERVICE + f"    environment:\n      - A=${{A}}\n      - SLACK_WEBHOOK_URL={REFERENCE}\n",
        ".env": f"A=1\nSLACK_WEBHOOK_URL={VALUE.text}\n",
    }


def test_a_literal_in_the_service_becomes_a_reference(tmp_path: Path) -> None:
    text = SERVICE + "    environment:\n      SLACK_WEBHOOK_URL: {} # alerts\n"
    changed = after(deploy(tmp_path, files(text.format("https://hooks.slack.com/YOUR/WEBHOOK"))), (HOOK, VALUE))
    assert changed == {
        "compose.yaml": text.format(REFERENCE),
        ".env": f"A=1\nSLACK_WEBHOOK_URL={VALUE.text}\n",
    }


def test_a_reference_in_the_service_stays_and_its_variable_is_set(tmp_path: Path) -> None:
    for written in ("${HOOK}", "${HOOK:-}", "${HOOK:?missing}", "${HOOK?}"):
        text = SERVICE + f"    environment:\n      SLACK_WEBHOOK_URL: {written}\n"
        assert after(deploy(tmp_path, files(text)), (HOOK, VALUE)) == {".env": f"A=1\nHOOK={VALUE.text}\n"}


def test_a_secret_is_not_written_where_there_is_no_env_file(tmp_path: Path) -> None:
    changed = after(deploy(tmp_path, files(SERVICE, None)), (HOOK, VALUE))
    assert changed == "no .env file is here that could hold SLACK_WEBHOOK_URL; make an empty one that git ignores"


def test_a_secret_is_not_written_to_an_image(tmp_path: Path) -> None:
    dockerfile = "FROM litellm/litellm:v1.81.0\nENV A=1\n"
    assert "no place for a secret" in str(after(deploy(tmp_path, {"Dockerfile": dockerfile}), (HOOK, VALUE)))


def test_a_secret_is_not_written_to_a_tracked_file(tmp_path: Path) -> None:
    write(tmp_path, files(SERVICE + "    env_file: .env\n"))
    for command in (["init", "-q"], ["add", ".env"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    deployment = deploy(tmp_path, {})
    assert after(deployment, (HOOK, VALUE)) == "git tracks .env, and SLACK_WEBHOOK_URL does not belong there"
    subprocess.run(["git", "-C", str(tmp_path), "rm", "-q", "--cached", ".env"], check=True)
    assert after(deploy(tmp_path, {}), (HOOK, VALUE)) == {".env": f"A=1\nSLACK_WEBHOOK_URL={VALUE.text}\n"}


@pytest.mark.parametrize(("ignored", "link", "target"), [(".env", ".env", "env/prod.env"), ("env", ".env", "env/a")])
def test_a_secret_is_not_written_through_a_link_of_which_git_tracks_an_end(
    ignored: str, link: str, target: str, tmp_path: Path
) -> None:
    write(tmp_path, {"compose.yaml": SERVICE + f"    env_file: {link}\n", ".gitignore": f"{ignored}\n"})
    (tmp_path / target).parent.mkdir()
    (tmp_path / target).write_text("A=1\n")
    (tmp_path / link).symlink_to(target)
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    both = f".env or {Path(target).name}, to which it leads"
    assert (
        after(deploy(tmp_path, {}), (HOOK, VALUE)) == f"git tracks {both}, and SLACK_WEBHOOK_URL does not belong there"
    )


def test_a_secret_goes_through_a_link_that_git_does_not_know(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": SERVICE + "    env_file: .env\n", "prod.env": "A=1\n"})
    (tmp_path / ".env").symlink_to("prod.env")
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True)
    assert not isinstance(after(deploy(tmp_path, {}), (HOOK, VALUE)), str)


def test_an_item_is_put_into_a_list(tmp_path: Path) -> None:
    address = "config:litellm_settings.callbacks"
    for before, now in {
        "callbacks: [langfuse]  # traces": "callbacks: [langfuse, prometheus]  # traces",
        "callbacks:\n    - langfuse": "callbacks:\n    - langfuse\n    - prometheus",
        "callbacks: langfuse": "callbacks:\n    - langfuse\n    - prometheus",
        "callbacks: []": 'callbacks: ["prometheus"]',
        "drop_params: true": "drop_params: true\n  callbacks:\n    - prometheus",
    }.items():
        text = "litellm_settings:\n  {}\n"
        deployment = deploy(tmp_path, {"config.yaml": text.format(before)})
        assert after(deployment, (address, Including("prometheus"))) == {"config.yaml": text.format(now)}, before


def test_an_item_that_is_there_is_not_put_in_again(tmp_path: Path) -> None:
    deployment = deploy(tmp_path, {"config.yaml": "litellm_settings:\n  callbacks: [prometheus]\n"})
    assert after(deployment, ("config:litellm_settings.callbacks", Including("prometheus"))) == {}


def test_an_item_is_taken_out_of_a_list_and_an_emptied_list_goes(tmp_path: Path) -> None:
    address = "config:litellm_settings.failure_callback"
    text = "litellm_settings:\n  json_logs: true\n{}"
    for before, now in {
        "  failure_callback: [slack, langfuse]\n": "  failure_callback: [langfuse]\n",
        "  failure_callback: [slack]\n": "",
        "  failure_callback: slack\n": "",
        "  failure_callback:\n    - langfuse\n    - slack # alerts\n": (
            "  failure_callback:\n    - langfuse\n    # alerts\n"
        ),
    }.items():
        deployment = deploy(tmp_path, {"config.yaml": text.format(before)})
        assert after(deployment, (address, Excluding("slack"))) == {"config.yaml": text.format(now)}, before


def test_an_item_of_a_service_list_is_made_where_there_is_none(tmp_path: Path) -> None:
    changed = after(deploy(tmp_path, {"compose.yaml": SERVICE}), ("proxy:tmpfs", Including("/metrics")))
    assert changed == {"compose.yaml": SERVICE + "    tmpfs:\n      - /metrics\n"}
