"""`lh verify` from outside: what it says and how it ends, with programs that only look like others."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Lh
from tests.verify.programs import docker, program

OBSERVED = {
    "version": "1.81.0",
    "package": "/nowhere/litellm",
    "loaded": True,
    "reads": [["model_list"], ["router_settings"]],
    "router": ["cooldown_time"],
    "attributes": [],
    "declared": [],
    "fields": {},
    "cache": {"on": False, "arrived": []},
    "dropped": [],
    "variables": [],
    "refused": [],
    "attempted": ["redis:6379"],
    "own_code": ["custom.handler"],
    "warnings": ["something is odd"],
    "left_out": [],
}
REFUSED = {
    **OBSERVED,
    "refused": [
        {
            "path": ["router_settings", "cooldown_time"],
            "words": "ValueError: sk-canary-4711 is no time",
            "why": "refused",
        }
    ],
}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither LiteLLM nor docker, but what a test puts on the PATH."""
    monkeypatch.setattr("litellm_harden.verify.interpreter.find_interpreter", lambda: "")
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    return tmp_path / "programs"


def interpreter(programs: Path, observed: object) -> str:
    """An interpreter with a LiteLLM of which this was observed."""
    answer = json.dumps(observed)
    text = f"import sys, json; open(json.load(sys.stdin)['folder'] + '/observed.json', 'w').write({answer!r})"
    return str(program(programs / "python", text))


def test_with_neither_installed_nothing_passes(lh: Lh, gateway: Path) -> None:
    result = lh("verify")
    assert result.status == 3
    assert "lh: no LiteLLM is installed here" in result.err
    assert "lh: Docker Compose is not installed here" in result.err
    assert "litellm: not loaded" in result.out


def test_either_alone_is_enough(lh: Lh, gateway: Path, programs: Path) -> None:
    assert lh("verify", "--python", interpreter(programs, OBSERVED)).status == 0
    docker(programs)
    assert lh("verify").status == 0


def test_what_is_accepted_is_counted_and_with_v_told(lh: Lh, gateway: Path, programs: Path) -> None:
    python = interpreter(programs, OBSERVED)
    result = lh("verify", "--python", python)
    assert result.out.splitlines() == [
        f"litellm: loaded by LiteLLM 1.81.0 of {python}",
        "  not run      your own code, custom.handler",
        "               accepted 3",
        "",
        "docker-compose.yml: not verified: Docker Compose is not installed here",
        "",
        "keys: 3 accepted",
    ]
    told = lh("verify", "-v", "--python", python).out
    assert "accepted     config.yaml:4 config:router_settings.cooldown_time" in told
    assert "kept in      connections to redis:6379" in told
    assert "warning      something is odd" in told
    assert lh("verify", "-q", "--python", python).out == "keys: 3 accepted\n"


def test_what_is_refused_fails_and_shows_no_secret(lh: Lh, gateway: Path, programs: Path) -> None:
    result = lh("verify", "--python", interpreter(programs, REFUSED))
    assert result.status == 1
    assert "config.yaml:4 config:router_settings.cooldown_time" in result.out
    assert "ValueError: *** is no time" in result.out
    assert "canary" not in result.out + result.err


def test_where_lh_says_otherwise_is_told_first_and_fails(lh: Lh, gateway: Path, programs: Path) -> None:
    result = lh("verify", "--python", interpreter(programs, {**OBSERVED, "router": ["num_retries"]}))
    assert result.status == 0  # LH042 speaks of it
    Path("config.yaml").write_text("model_list: []\nrouter_settings:\n  num_retries: 2\n")
    result = lh("verify", "--python", interpreter(programs, {**OBSERVED, "router": ["cooldown_time"]}))
    assert result.status == 1
    assert result.out.splitlines()[1] == (
        "  disagreement config.yaml:3 config:router_settings.num_retries "
        "lh says nothing; LiteLLM: ignored: it is no argument of Router.__init__()"
    )


def test_another_release_than_the_deployments_is_told(lh: Lh, gateway: Path, programs: Path) -> None:
    result = lh("verify", "--python", interpreter(programs, {**OBSERVED, "version": "1.99.0"}))
    assert "note: the deployment runs 1.81.0; lh is asked about 1.99.0 here" in result.out


def test_compose_refusing_fails_and_its_output_is_not_shown(lh: Lh, gateway: Path, programs: Path) -> None:
    docker(programs, 15, f"validating {gateway}/docker-compose.yml: bad sk-canary-4711\n")
    result = lh("verify")
    assert result.status == 1
    assert "docker-compose.yml: refused by docker compose: validating" in result.out
    assert "canary" not in result.out and "printed-on-stdout" not in result.out


def test_what_could_not_be_told_does_not_pass(lh: Lh, gateway: Path, programs: Path) -> None:
    docker(programs)
    result = lh("verify", "--python", str(program(programs / "python", "raise SystemExit(1)")))
    assert result.status == 3
    assert "not verified: the interpreter ended with status 1" in result.out


def test_json(lh: Lh, gateway: Path, programs: Path) -> None:
    docker(programs)
    data = lh("verify", "--format", "json", "--python", interpreter(programs, REFUSED)).data
    assert data["schema"] == "lh-verify-1"
    [deployment] = data["deployments"]
    assert (deployment["loaded_by"], deployment["same_version"]) == ("1.81.0", True)
    assert {
        "address": "config:router_settings.cooldown_time",
        "answer": "refused",
        "words": "ValueError: *** is no time",
        "file": "config.yaml",
        "line": 4,
    } in deployment["keys"]
    assert data["projects"] == [{"files": ["docker-compose.yml"], "accepted": True, "words": None}]
    assert data["summary"]["refused"] == 1


def test_the_report_goes_to_a_file(lh: Lh, gateway: Path, programs: Path) -> None:
    docker(programs)
    assert lh("verify", "--output", "report.txt").out == ""
    assert "accepted by docker compose" in Path("report.txt").read_text()


@pytest.mark.parametrize("wrong", [("--python", "no-such-program"), ("--timeout", "0"), ("--timeout", "soon")])
def test_wrong_usage(wrong: tuple[str, ...], lh: Lh, gateway: Path) -> None:
    assert lh("verify", *wrong).status == 2


def test_no_deployment_is_no_success(lh: Lh) -> None:
    assert lh("verify", "--python", sys.executable).status == 3


def test_no_config_at_all_is_nothing_to_load(lh: Lh, gateway: Path, programs: Path) -> None:
    Path("docker-compose.yml").write_text("services: {litellm: {image: 'ghcr.io/berriai/litellm:v1.81.0-stable'}}\n")
    Path("config.yaml").unlink()
    docker(programs)
    result = lh("verify", "--python", interpreter(programs, OBSERVED))
    assert "litellm: its files name no config" in result.out
    assert result.status == 0
