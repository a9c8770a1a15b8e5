"""Where an edit goes, and when it is refused."""

from pathlib import Path

from litellm_harden.deployment.model import Owner
from tests.deploy import after, deploy, find

SERVICE = "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"
CONFIGURED = SERVICE + (
    '    command: ["--config", "/app/config.yaml"]\n    volumes: ["./config.yaml:/app/config.yaml"]\n'
)


def compose(text: str, **more: str) -> dict[str, str]:
    return {"compose.yaml": text, **{name.replace("__", "."): body for name, body in more.items()}}


def test_a_new_section_goes_to_the_end_of_the_main_config_and_is_written_whole(tmp_path: Path) -> None:
    files = {**compose(CONFIGURED), "config.yaml": "litellm_settings:\n    json_logs: true\n"}
    changed = after(
        deploy(tmp_path, files),
        ("config:router_settings.retry_policy.TimeoutErrorRetries", 3),
        ("config:router_settings.retry_policy.RateLimitErrorRetries", 5),
    )
    assert changed == {
        "config.yaml": "litellm_settings:\n    json_logs: true\n"
        "router_settings:\n    retry_policy:\n        TimeoutErrorRetries: 3\n        RateLimitErrorRetries: 5\n"
    }


def test_a_section_is_edited_in_the_included_file_that_owns_it(tmp_path: Path) -> None:
    files = {"config.yaml": "include: [r.yaml]\nrouter_settings: {timeout: 5}\n", "r.yaml": "router_settings: {a: 1}\n"}
    changed = after(deploy(tmp_path, files), ("config:router_settings.cooldown_time", 60))
    assert changed == {"r.yaml": "router_settings: {a: 1, cooldown_time: 60}\n"}


def test_a_variable_is_set_where_it_is_decided(tmp_path: Path) -> None:
    files = compose(SERVICE + "    env_file: .env\n    environment:\n      - LITELLM_LOG=INFO # later\n")
    deployment = deploy(tmp_path, {**files, ".env": "LITELLM_LOG=DEBUG\n"})
    changed = after(deployment, ("env:LITELLM_LOG", "ERROR"))
    assert changed == {"compose.yaml": files["compose.yaml"].replace("=INFO", "=ERROR")}


def test_a_new_variable_goes_to_the_env_file(tmp_path: Path) -> None:
    files = {**compose(SERVICE + "    env_file: [.env]\n"), ".env": "A=1\n"}
    assert after(deploy(tmp_path, files), ("env:LITELLM_MODE", "PRODUCTION")) == {
        ".env": "A=1\nLITELLM_MODE=PRODUCTION\n"
    }


def test_a_new_variable_avoids_an_env_file_that_others_use(tmp_path: Path) -> None:
    text = SERVICE + "    env_file: [.env]\n  db:\n    image: postgres\n    env_file: [.env]\n"
    changed = after(deploy(tmp_path, {**compose(text), ".env": "A=1\n"}), ("env:LITELLM_MODE", "PRODUCTION"))
    assert changed == {
        "compose.yaml": text.replace(
            "    env_file: [.env]\n  db", "    env_file: [.env]\n    environment:\n      LITELLM_MODE: PRODUCTION\n  db"
        )
    }


def test_a_new_variable_takes_the_form_of_its_siblings(tmp_path: Path) -> None:
    listed = compose(SERVICE + '    environment:\n      - "A=1"\n')
    assert after(deploy(tmp_path / "list", listed), ("env:B", "2")) == {
        "compose.yaml": listed["compose.yaml"] + '      - "B=2"\n'
    } or after(deploy(tmp_path / "list", listed), ("env:B", "2")) == {
        "compose.yaml": listed["compose.yaml"] + "      - B=2\n"
    }
    mapped = compose(SERVICE + "    environment:\n      A: 1\n")
    assert after(deploy(tmp_path / "map", mapped), ("env:B", "2")) == {
        "compose.yaml": mapped["compose.yaml"] + '      B: "2"\n'
    }


def test_a_merged_environment_gets_a_local_override(tmp_path: Path) -> None:
    text = "x-env: &env\n  LITELLM_LOG: DEBUG\n" + SERVICE + "    environment:\n      <<: *env\n      A: b\n"
    assert after(deploy(tmp_path, compose(text)), ("env:LITELLM_LOG", "ERROR")) == {
        "compose.yaml": text + "      LITELLM_LOG: ERROR\n"
    }


def test_an_environment_that_is_an_alias_is_refused(tmp_path: Path) -> None:
    text = "x-env: &env\n  LITELLM_LOG: DEBUG\n" + SERVICE + "    environment: *env\n"
    assert "env" in str(after(deploy(tmp_path, compose(text)), ("env:LITELLM_LOG", "ERROR")))


def test_a_default_that_decides_is_edited_inside_its_reference(tmp_path: Path) -> None:
    text = SERVICE + "    environment:\n      LITELLM_LOG: ${LOG_LEVEL:-DEBUG}\n"
    assert after(deploy(tmp_path, compose(text)), ("env:LITELLM_LOG", "ERROR")) == {
        "compose.yaml": text.replace("DEBUG", "ERROR")
    }


def test_a_reference_is_followed_to_the_dotenv_that_sets_it(tmp_path: Path) -> None:
    text = SERVICE + "    environment:\n      - LITELLM_LOG=${LOG_LEVEL:-DEBUG}\n"
    changed = after(deploy(tmp_path, {**compose(text), ".env": "LOG_LEVEL=INFO\n"}), ("env:LITELLM_LOG", "ERROR"))
    assert changed == {".env": "LOG_LEVEL=ERROR\n"}


def test_an_argument_joins_the_command(tmp_path: Path) -> None:
    assert after(deploy(tmp_path, compose(CONFIGURED)), ("arg:--num_workers", 4), ("arg:--run_gunicorn", True)) == {
        "compose.yaml": CONFIGURED.replace(
            '"/app/config.yaml"]\n', '"/app/config.yaml", "--num_workers", "4", "--run_gunicorn"]\n', 1
        )
    }


def test_without_a_command_what_the_image_passes_is_kept(tmp_path: Path) -> None:
    changed = after(deploy(tmp_path, compose(SERVICE)), ("arg:--num_workers", 4))
    assert isinstance(changed, dict)
    assert '"--port", "4000", "--num_workers", "4"' in changed["compose.yaml"]


def test_the_dockerfiles_cmd_takes_the_argument(tmp_path: Path) -> None:
    dockerfile = 'FROM litellm/litellm:v1.81.0\nCMD ["--port", "4000"]\n'
    files = {"compose.yaml": "services:\n  litellm: {build: .}\n", "Dockerfile": dockerfile}
    assert after(deploy(tmp_path, files), ("arg:--num_workers", 4)) == {
        "Dockerfile": dockerfile.replace('"4000"]', '"4000", "--num_workers", "4"]')
    }


def test_an_argument_behind_a_script_is_refused(tmp_path: Path) -> None:
    text = SERVICE + '    entrypoint: ["sh", "-c", "litellm --port 4000"]\n'
    assert "script" in str(after(deploy(tmp_path, compose(text)), ("arg:--num_workers", 4)))


def test_what_a_base_service_says_is_overridden_locally(tmp_path: Path) -> None:
    text = (
        "services:\n  base:\n    image: litellm/litellm:v1.81.0\n    stop_grace_period: 5s\n"
        "    environment:\n      LITELLM_LOG: DEBUG\n  litellm:\n    extends: base\n    ports: ['4000:4000']\n"
    )
    deployment = next(one for one in find(tmp_path, compose(text)).deployments if one.service == "litellm")
    assert after(deployment, ("env:LITELLM_LOG", "ERROR")) == {
        "compose.yaml": text + "    environment:\n      LITELLM_LOG: ERROR\n"
    }
    assert after(deployment, ("proxy:stop_grace_period", "60s")) == {
        "compose.yaml": text + "    stop_grace_period: 60s\n"
    }


def test_postgres_gets_its_connections(tmp_path: Path) -> None:
    text = SERVICE + "    depends_on: [db]\n  db:\n    image: postgres:16\n"
    changed = after(deploy(tmp_path, compose(text)), ("postgres:max_connections", 210))
    assert changed == {"compose.yaml": text + '    command: ["postgres", "-c", "max_connections=210"]\n'}
    stated = {"compose.yaml": text + "    command: postgres -c max_connections=100 -c shared_buffers=1GB\n"}
    assert after(deploy(tmp_path / "b", stated), ("postgres:max_connections", 210)) == {
        "compose.yaml": stated["compose.yaml"].replace("=100", "=210")
    }
    other = {"compose.yaml": text + "    command: postgres -c shared_buffers=1GB\n"}
    assert after(deploy(tmp_path / "c", other), ("postgres:max_connections", 210)) == {
        "compose.yaml": other["compose.yaml"].replace("1GB\n", "1GB -c max_connections=210\n")
    }


def test_a_config_that_two_services_load_is_not_edited(tmp_path: Path) -> None:
    text = CONFIGURED + CONFIGURED.partition("services:\n")[2].replace("  litellm:", "  second:", 1)
    found = find(tmp_path, {**compose(text), "config.yaml": "litellm_settings: {}\n"})
    assert "also used by" in str(after(found.deployments[0], ("config:litellm_settings.json_logs", True)))


def test_nothing_is_edited_where_a_file_is_broken(tmp_path: Path) -> None:
    deployment = find(tmp_path, {**compose(CONFIGURED), "config.yaml": "a: [\n"}).deployments[0]
    assert "could not be read" in str(after(deployment, ("env:A", "1")))


def test_a_config_alone_uses_the_dotenv_beside_it(tmp_path: Path) -> None:
    files = {"config.yaml": "litellm_settings: {}\n", ".env": "A=1\n"}
    assert after(deploy(tmp_path, files), ("env:LITELLM_LOG", "ERROR")) == {".env": "A=1\nLITELLM_LOG=ERROR\n"}


def test_nothing_outside_the_given_folder_is_edited(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared.env").write_text("LITELLM_LOG=DEBUG\n")
    deployment = deploy(tmp_path / "proxy", compose(SERVICE + "    env_file: ../shared.env\n"), Owner())
    assert deployment.setting("env:LITELLM_LOG").value == "DEBUG"
    assert "outside" in str(after(deployment, ("env:LITELLM_LOG", "ERROR")))
