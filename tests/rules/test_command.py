"""Command lines that LiteLLM refuses, and those that only look so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.model import Change, Renamed
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned, proxy

OFFICIAL = "ghcr.io/berriai/litellm:v{}"


@pytest.mark.parametrize(
    ("arguments", "version", "address"),
    [
        ("--num_workers 4 --port 4000", "1.81.0", ""),
        ("-c /app/config.yaml --run_gunicorn --debug", "1.81.0", ""),
        ("--port=4000 --telemetry False --max_budget 2.5", "1.81.0", ""),
        ("--num_workers four", "1.81.0", "arg:--num_workers"),
        ("--port=abc", "1.81.0", "arg:--port"),
        ("--num_workers", "1.81.0", "arg:--num_workers"),
        ("--num_workers --port 4000", "1.81.0", "arg:--num_workers"),
        ("--debug true", "1.81.0", "arg:--debug"),
        ("--detailed_debug=false", "1.81.0", "arg:--detailed_debug"),
        ("--port 4000 5000", "1.81.0", "proxy:command"),
        ("--num_workers $(nproc)", "1.81.0", "arg:--num_workers"),
        ("--num_workers $$WORKERS", "1.81.0", "arg:--num_workers"),
        ("--num_workers ${WORKERS:-4}", "1.81.0", ""),
        ("--num_workers ${WORKERS}", "1.81.0", ""),
        ("--no_such_thing", "1.81.0", "arg:--no_such_thing"),
        ("-p 4000", "1.81.0", "arg:-p"),
        ("--max_requests_before_restart_jitter 100", "1.81.0", "arg:--max_requests_before_restart_jitter"),
        ("--max_requests_before_restart_jitter 100", "1.90.0", ""),
        ("--use_prisma_migrate", "1.81.0", "arg:--use_prisma_migrate"),
        ("--run_hypercorn", "1.81.0", "arg:--run_hypercorn"),
        ("--run_gunicorn", "1.65.1", ""),
    ],
)
def test_what_click_refuses_in_a_compose_command(tmp_path: Path, arguments: str, version: str, address: str) -> None:
    found = proxy(tmp_path, arguments=arguments, image=OFFICIAL.format(version))
    assert [f.address for f in findings(found, "LH212")] == ([address] if address else [])
    assert all(f.severity is Severity.CRITICAL for f in findings(found, "LH212"))


def test_a_command_in_one_string_is_cut_by_compose(tmp_path: Path) -> None:
    text = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.81.0\n    command: {}\n"
    found = deployment(tmp_path, {"compose.yaml": text.format("--config /app/c.yaml --num-workers 4")})
    [finding] = findings(found, "LH212")
    assert finding.fix is not None
    assert finding.fix.changes == (Change("arg:--num-workers", Renamed("--num_workers")),)
    assert not findings(deployment(tmp_path, {"compose.yaml": text.format("--port 4000")}), "LH212")


@pytest.mark.parametrize("word", ["--port 4000", "--config /app/config.yaml"])
def test_an_option_and_its_value_in_one_item(tmp_path: Path, word: str) -> None:
    text = f'services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.81.0\n    command: ["{word}"]\n'
    finding, fix = only(findings(deployment(tmp_path, {"compose.yaml": text}), "LH212"))
    assert finding.address == f"arg:{word.split(maxsplit=1)[0]}"
    assert fix.applicability is Applicability.MANUAL


def test_supervisord_may_cut_a_word_in_two(tmp_path: Path) -> None:
    text = (
        'services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.81.0\n    command: ["--port 4000"]\n'
        '    environment: {SEPARATE_HEALTH_APP: "1"}\n'
    )
    found = deployment(tmp_path, {"compose.yaml": text})
    assert not findings(found, "LH212")
    assert not_judged(found, "LH212")


def test_a_misspelt_option_keeps_its_owners_value(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--num-workers 8")
    plan = planned(found, "LH212", "LH021")
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert '"--num_workers", "8"' in text
    assert text.count("num_workers") == 1


def test_an_option_is_removed_where_its_release_has_it_no_longer(tmp_path: Path) -> None:
    plan = planned(proxy(tmp_path, arguments="--use_prisma_migrate --port 4000"), "LH212")
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert '"/app/config.yaml", "--port", "4000"]' in text


@pytest.mark.parametrize(("version", "judged"), [("1.81.0", True), ("1.101.6", True), ("1.102.0", False)])
def test_litellm_twice_in_an_official_image(tmp_path: Path, version: str, judged: bool) -> None:
    dockerfile = f'FROM {OFFICIAL.format(version)}\nCMD ["litellm", "--port", "4000"]\n'
    found = deployment(tmp_path, {"Dockerfile": dockerfile})
    assert bool(findings(found, "LH212")) is judged
    assert bool(not_judged(found, "LH212")) is not judged


@pytest.mark.parametrize(
    ("command", "severity", "fixed"),
    [
        ('["litellm", "--port", "4000"]', Severity.MEDIUM, True),
        ("litellm --port 4000", Severity.MEDIUM, True),
        ('["sh", "-c", "--port 4000"]', Severity.CRITICAL, False),
        ('["sh", "-c", "litellm --port 4000"]', None, False),
    ],
)
def test_a_program_before_the_arguments_in_an_unknown_release(
    tmp_path: Path, command: str, severity: Severity | None, fixed: bool
) -> None:
    text = f"services:\n  litellm:\n    image: ghcr.io/berriai/litellm:main-latest\n    command: {command}\n"
    found = deployment(tmp_path, {"compose.yaml": text})
    assert [f.severity for f in findings(found, "LH212")] == ([severity] if severity else [])
    assert bool(not_judged(found, "LH212")) is (severity is None)
    assert bool(planned(found, "LH212").edits) is fixed


@pytest.mark.parametrize(
    ("entrypoint", "command", "flagged"),
    [
        ("[]", '["--port", "4000"]', True),
        ('""', '["litellm", "--port", "4000"]', False),
        ("", '["--port", "4000"]', False),
        ("litellm", '["--port", "4000"]', False),
        ("litellm", '["litellm", "--port", "4000"]', True),
    ],
)
def test_an_entrypoint_of_compose(tmp_path: Path, entrypoint: str, command: str, flagged: bool) -> None:
    service = f"    entrypoint: {entrypoint}\n    command: {command}\n"
    text = f"services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.105.7\n{service}"
    assert bool(findings(deployment(tmp_path, {"compose.yaml": text}), "LH212")) is flagged


@pytest.mark.parametrize(
    ("lines", "flagged"),
    [
        ('ENTRYPOINT ["litellm"]\nCMD ["--port", "4000"]', False),
        ('ENTRYPOINT ["litellm"]\nCMD ["litellm", "--port", "4000"]', True),
        ('ENTRYPOINT ["litellm"]\nCMD litellm --port 4000', True),
        ("ENTRYPOINT litellm --port $PORT\nCMD whatever", False),
        ('CMD ["--port", "4000"]', True),
        ('CMD ["litellm", "--port", "4000"]', False),
        ('CMD ["uv", "run", "litellm", "--port", "4000"]', False),
        ('CMD ["uv", "run", "litellm", "--Port", "4000"]', True),
        ("CMD litellm --port ${PORT:-4000} --num_workers $(nproc)", False),
        ("CMD litellm --num-workers 4", True),
        ('CMD ["litellm", "--port", "$PORT"]', True),
        ('CMD ["sh", "-c", "litellm --num-workers 4"]', False),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["--workers", "4"]', False),
    ],
)
def test_an_image_of_ones_own(tmp_path: Path, lines: str, flagged: bool) -> None:
    text = f'FROM python:3.12\nRUN pip install "litellm[proxy]==1.81.0"\n{lines}\n'
    assert bool(findings(deployment(tmp_path, {"Dockerfile": text}), "LH212")) is flagged


@pytest.mark.parametrize("command", ["litellm --port 4000", "exec litellm"])
def test_shell_form_behind_the_entrypoint_of_an_official_image(tmp_path: Path, command: str) -> None:
    found = deployment(tmp_path, {"Dockerfile": f"FROM {OFFICIAL.format('1.81.0')}\nCMD {command}\n"})
    assert "/bin/sh" in findings(found, "LH212")[0].message


@pytest.mark.parametrize(
    ("run", "flagged", "unclear"),
    [("pip install hypercorn", False, False), ("pip install -r more.txt", False, True), ("chmod +x /app", True, False)],
)
def test_hypercorn_that_the_image_may_install(tmp_path: Path, run: str, flagged: bool, unclear: bool) -> None:
    text = f'FROM {OFFICIAL.format("1.81.0")}\nRUN {run}\nCMD ["--run_hypercorn"]\n'
    found = deployment(tmp_path, {"Dockerfile": text})
    assert bool(findings(found, "LH212")) is flagged
    assert bool(not_judged(found, "LH212")) is unclear


def test_options_of_an_unknown_release_are_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, image="ghcr.io/berriai/litellm:main-latest", arguments="--brand_new --port abc")
    assert [f.address for f in findings(found, "LH212")] == ["arg:--port"]
    assert [one.address for one in not_judged(found, "LH212")] == ["arg:--brand_new"]


def test_values_are_never_shown(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--add-key sk-hidden --api_key=sk-hidden --debug sk-hidden")
    said = " ".join(f"{f.message} {f.fix and f.fix.description}" for f in findings(found, "LH212"))
    assert said
    assert "hidden" not in said


def test_nothing_is_asked_of_a_config_alone(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": "model_list: []\ngeneral_settings: {}\n"})
    assert not findings(found, "LH212")
    assert not not_judged(found, "LH212")
    (tmp_path / "compose.yaml").write_text(compose(), "utf-8")
    assert not findings(deployment(tmp_path, {}), "LH212")


WORD = st.one_of(
    st.sampled_from(
        ["--config", "--num_workers", "--num-workers", "--debug", "--port=1", "-c", "-p", "litellm", "4", "--"]
    ),
    st.text(alphabet="-=litemn $(){}'1\u00e9", max_size=8),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORD, min_size=1, max_size=6), st.booleans())
def test_any_words_are_judged_at_addresses_of_their_own(tmp_path: Path, words: list[str], compose_file: bool) -> None:
    if compose_file:
        body = f"services:\n  litellm:\n    image: {OFFICIAL.format('1.81.0')}\n    command: {json.dumps(words)}\n"
        files = {"compose.yaml": body}
    else:
        files = {"Dockerfile": f'FROM python:3\nENTRYPOINT ["litellm"]\nCMD {json.dumps(words)}\n'}
    for name in ("compose.yaml", "Dockerfile"):
        (tmp_path / name).unlink(missing_ok=True)
    found = findings(deployment(tmp_path, files), "LH212")
    addresses = [f.address for f in found]
    assert len(addresses) == len(set(addresses))
    assert all(f.message.isprintable() and f.origin is not None for f in found)
