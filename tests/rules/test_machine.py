"""Item 9: limits that carry the workers, wherever Compose takes them from."""

from pathlib import Path

import pytest

from litellm_harden.rules.model import Applicability
from tests.rules.worlds import deployment, findings, not_judged, only

SERVICE = "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"


def limited(folder: Path, lines: str, workers: int = 1, **values: str) -> list[tuple[str, str, list[object]]]:
    """What is found: where, how it can be fixed, and the values to be written."""
    text = f'{SERVICE}    command: ["--num_workers", "{workers}"]\n{lines}'
    found = findings(deployment(folder, {"compose.yaml": text}, values=values), "LH091")
    fixes = [(f.address.removeprefix("proxy:"), f.fix) for f in found if f.fix]
    return [(address, fix.applicability.value, [c.value for c in fix.changes]) for address, fix in fixes]


@pytest.mark.parametrize(
    ("lines", "workers"),
    [
        ("", 8),
        ("    cpus: 1\n    mem_limit: 4g\n", 1),
        ("    cpus: 2.5\n    mem_limit: 8192m\n", 2),
        ('    deploy: {resources: {limits: {cpus: "4", memory: 16G}}}\n', 4),
        ('    deploy: {resources: {reservations: {cpus: "1", memory: 1G}}}\n', 4),
        ("    mem_limit: 16g\n    mem_reservation: 16g\n", 4),
    ],
)
def test_limits_that_carry_the_workers_hold(lines: str, workers: int, tmp_path: Path) -> None:
    assert limited(tmp_path, lines, workers) == []


def test_each_limit_that_is_too_small_asks_for_its_size(tmp_path: Path) -> None:
    lines = '    deploy: {resources: {limits: {cpus: "1", memory: 4G}}}\n'
    limits = "deploy.resources.limits"
    assert limited(tmp_path, lines, 2) == [(f"{limits}.cpus", "input", []), (f"{limits}.memory", "input", [])]
    given = limited(tmp_path, lines, 2, cpus="2", memory="8g")
    assert given == [(f"{limits}.cpus", "safe", ["2", "8g"]), (f"{limits}.memory", "safe", ["2", "8g"])]
    half = limited(tmp_path, lines, 2, memory="8g")
    assert half == [(f"{limits}.cpus", "input", []), (f"{limits}.memory", "safe", ["8g"])]


def test_a_given_size_is_written_whole(tmp_path: Path) -> None:
    lines = "    cpus: 4\n    mem_limit: 2g\n"
    assert limited(tmp_path, lines, cpus="8", memory="16g") == [("mem_limit", "safe", [8, "16g"])]
    assert limited(tmp_path, "    mem_limit: 2g\n", cpus="8", memory="16g") == [("mem_limit", "safe", ["16g"])]
    unknown = "    cpus: ${CPUS}\n    mem_limit: 2g\n"
    assert limited(tmp_path, unknown, cpus="8", memory="16g") == [("mem_limit", "safe", ["16g"])]


def test_a_number_stays_a_number(tmp_path: Path) -> None:
    assert limited(tmp_path, "    cpus: 0.5\n", cpus="2") == [("cpus", "safe", [2])]
    assert limited(tmp_path, "    cpus: 0.5\n", cpus="1.5") == [("cpus", "safe", [1.5])]
    assert limited(tmp_path, '    cpus: "0.5"\n', cpus="2") == [("cpus", "safe", ["2"])]


def test_places_that_say_the_same_are_changed_together(tmp_path: Path) -> None:
    lines = "    mem_limit: 2g\n    deploy: {resources: {limits: {memory: 2g}}}\n"
    assert limited(tmp_path, lines, memory="4g") == [("deploy.resources.limits.memory", "safe", ["4g", "4g"])]


def test_reserving_more_than_the_limit_is_told(tmp_path: Path) -> None:
    lines = "    mem_limit: 4g\n    mem_reservation: 8g\n"
    assert limited(tmp_path, lines) == [("mem_reservation", "input", [])]
    assert limited(tmp_path, lines, memory="8g") == [("mem_reservation", "safe", ["8g"])]
    text = f"{SERVICE}{lines}"
    finding, _ = only(findings(deployment(tmp_path, {"compose.yaml": text}), "LH091"))
    assert finding.message == "8 GiB are reserved, but the limit is 4 GiB: the container does not start"


def test_a_limit_just_below_the_need_is_not_rounded_up_to_it(tmp_path: Path) -> None:
    for limit, said in {"4095m": "4095 MiB", "4294967295": "4294967295 bytes", "1k": "1 KiB"}.items():
        text = f"{SERVICE}    mem_limit: {limit}\n"
        finding, _ = only(findings(deployment(tmp_path, {"compose.yaml": text}), "LH091"))
        assert finding.message == f"the container is limited to {said}: 1 worker needs 4 GiB"


def test_the_message_says_what_the_workers_need(tmp_path: Path) -> None:
    text = f'{SERVICE}    command: ["--num_workers", "4"]\n    mem_limit: 2g\n'
    finding, fix = only(findings(deployment(tmp_path, {"compose.yaml": text}), "LH091"))
    assert finding.message == "the container is limited to 2 GiB: 4 workers need 16 GiB"
    assert (fix.applicability, fix.inputs) == (Applicability.INPUT, ("memory",))


def test_a_limit_from_elsewhere_is_not_judged(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": f"{SERVICE}    mem_limit: ${{MEMORY}}\n"})
    assert not findings(found, "LH091")
    assert [one.reason for one in not_judged(found, "LH091")] == ["${MEMORY} is set nowhere here"]
