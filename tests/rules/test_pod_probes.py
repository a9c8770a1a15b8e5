"""LH052 and its neighbours on Kubernetes."""

from __future__ import annotations

from pathlib import Path

from tests.deploy import after, deploy
from tests.deployment.manifests import MOUNTED, config_map, together, workload
from tests.rules.worlds import findings, not_judged

READY = "readinessProbe: {httpGet: {path: /health/readiness, port: 4000}}\n"
ALIVE = "livenessProbe: {httpGet: {path: /health/liveliness, port: 4000}, timeoutSeconds: 10, failureThreshold: 6}\n"


def said(folder: Path, container: str, pod: str = "") -> dict[str, str]:
    """What LH052 says, by address."""
    found = deploy(folder, together(config_map(), workload(MOUNTED + container, pod)))
    return {finding.address: finding.message for finding in findings(found, "LH052")}


def test_probes_that_leave_the_proxy_time_hold(tmp_path: Path) -> None:
    assert said(tmp_path, READY + ALIVE) == {}


def test_missing_probes_are_added(tmp_path: Path) -> None:
    files = together(config_map(), workload())
    found = deploy(tmp_path, files)
    ready, alive = findings(found, "LH052")
    assert (ready.address, alive.address) == ("proxy:readinessProbe", "proxy:livenessProbe")
    assert alive.fix is not None
    made = after(found, *((change.address, change.value) for change in alive.fix.changes))
    assert isinstance(made, dict)
    assert "startupProbe:\n            httpGet:\n              path: /health/readiness\n" in made["litellm.yaml"]


def test_health_is_no_path_for_a_probe(tmp_path: Path) -> None:
    found = said(tmp_path, READY.replace("/health/readiness", "/health/") + ALIVE)
    assert list(found) == ["proxy:readinessProbe.httpGet.path"]


def test_a_port_where_nothing_answers_fails_every_probe(tmp_path: Path) -> None:
    found = said(tmp_path, READY + ALIVE.replace("4000", "8080"))
    assert found["proxy:livenessProbe.httpGet.port"].startswith(
        "the livenessProbe asks port 8080, but the proxy answers"
    )


def test_a_side_car_may_answer_on_a_port_of_its_own(tmp_path: Path) -> None:
    files = together(config_map(), workload(MOUNTED + READY + ALIVE.replace("4000", "8080")))
    files["litellm.yaml"] += "        - {name: auth, image: oauth2-proxy}\n"
    assert findings(deploy(tmp_path, files), "LH052") == []


def test_an_impatient_liveness_probe_restarts_a_proxy_that_is_slow(tmp_path: Path) -> None:
    found = said(tmp_path, READY + "livenessProbe: {httpGet: {path: /health/liveliness, port: http}}\n")
    assert list(found) == ["proxy:livenessProbe.timeoutSeconds", "proxy:startupProbe"]


def test_a_program_that_the_image_lacks_fails_every_probe(tmp_path: Path) -> None:
    curl = 'livenessProbe: {exec: {command: ["curl", "-f", "http://localhost:4000/health/liveliness"]}, '
    found = said(tmp_path, READY + curl + "timeoutSeconds: 10, failureThreshold: 6}\n")
    assert "runs curl, which the image does not have" in found["proxy:livenessProbe"]


def test_kubernetes_gives_a_stop_thirty_seconds(tmp_path: Path) -> None:
    [finding] = findings(deploy(tmp_path, together(config_map(), workload())), "LH024")
    assert finding.message.startswith("Kubernetes kills the proxy after 30 s")
    (tmp_path / "litellm.yaml").unlink()
    files = together(config_map(), workload(pod="terminationGracePeriodSeconds: 60\n"))
    assert findings(deploy(tmp_path, files), "LH024") == []


def test_more_workers_are_never_asked_for(tmp_path: Path) -> None:
    found = deploy(tmp_path, together(config_map(), workload()))
    assert findings(found, "LH021", "LH022", "LH023", "LH113", "LH401", "LH402") == []
    assert not_judged(found, "LH021", "LH022", "LH023", "LH113") == []


def test_a_health_app_is_not_asked_for_but_its_port_is_where_it_runs(tmp_path: Path) -> None:
    assert findings(deploy(tmp_path, together(config_map(), workload())), "LH051") == []
    (tmp_path / "litellm.yaml").unlink()
    app = "env: [{name: SEPARATE_HEALTH_APP, value: '1'}, {name: SEPARATE_HEALTH_PORT, value: '4001'}]\n"
    found = said(tmp_path, READY + ALIVE + app)
    assert found.keys() == {"proxy:readinessProbe.httpGet.port", "proxy:livenessProbe.httpGet.port"}


def test_a_secret_is_never_written_into_a_manifest(tmp_path: Path) -> None:
    container = (
        MOUNTED + "env: [{name: LITELLM_MASTER_KEY, value: sk-0123456789abcdefghij}, {name: DATABASE_URL, value: x}]\n"
    )
    found = deploy(tmp_path, together(config_map(), workload(container)))
    [finding] = findings(found, "LH081")
    assert finding.fix is not None
    assert finding.fix.changes == ()
    assert finding.fix.description.endswith("in the Secret that litellm reads it from")


def test_a_reference_as_a_value_is_to_come_from_a_secret(tmp_path: Path) -> None:
    container = MOUNTED + "env: [{name: OPENAI_API_KEY, value: os.environ/OPENAI}]\n"
    [finding] = findings(deploy(tmp_path, together(config_map(), workload(container))), "LH082")
    assert finding.fix is not None
    assert "(valueFrom.secretKeyRef)" in finding.fix.description
