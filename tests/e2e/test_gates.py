"""The releases at which LiteLLM changed, as `litellm_harden/litellm` has them, asked of a release on either side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.litellm import gates
from litellm_harden.litellm.cache import MODES, call_types
from litellm_harden.litellm.versions import Version, parse
from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

FACTS = """
import inspect, json
from importlib.util import find_spec
from pathlib import Path
from typing import get_args
import litellm
from litellm._redis import get_redis_async_client, get_redis_connection_pool
from litellm.caching.caching import Cache, CacheMode
from litellm.integrations.SlackAlerting import slack_alerting
from litellm.types.caching import CachingSupportedCallTypes

def pool(**options):
    made = get_redis_connection_pool(**options)
    return get_redis_async_client(connection_pool=made, **options).connection_pool

by_url = pool(url="redis://127.0.0.1:1", max_connections=7, socket_timeout=3)
by_host = pool(host="stated.example", port=1)
proxy = Path(litellm.__file__).parent / "proxy"
print("FACTS", json.dumps({
    "connections": by_url.max_connections,
    "socket_timeout": by_url.connection_kwargs.get("socket_timeout"),
    "host": by_host.connection_kwargs["host"],
    "alerting_webhook_url": "ALERTING_WEBHOOK_URL" in inspect.getsource(slack_alerting),
    "alerts_teams": hasattr(slack_alerting, "MS_TEAMS_ALERTING_DESTINATION"),
    "health_app": find_spec("litellm.proxy.health_endpoints.health_app_factory") is not None,
    "migrates": any("LITELLM_MIGRATE_FROM_MASTER_KEY" in file.read_text() for file in (proxy / "auth").glob("*.py")),
    "metrics_need_key": litellm.require_auth_for_metrics_endpoint,
    "max_messages": getattr(Cache(), "max_messages", None),
    "modes": [mode.value for mode in CacheMode],
    "call_types": get_args(CachingSupportedCallTypes),
}))
"""


@pytest.fixture(scope="module")
def version(litellm: Installed) -> Version:
    found = parse(litellm.version)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def facts(litellm: Installed) -> dict[str, Any]:
    done = litellm.run("python", "-c", FACTS, environment={"REDIS_URL": "redis://variable.example:1"})
    lines = [line for line in done.stdout.splitlines() if line.startswith("FACTS ")]
    assert lines, done.stdout
    return dict(json.loads(lines[0].removeprefix("FACTS ")))


def test_a_redis_url_takes_max_connections(version: Version, facts: dict[str, Any]) -> None:
    assert (facts["connections"] == 7) is (version >= gates.URL_TAKES_OPTIONS)


def test_a_redis_url_takes_every_option(version: Version, facts: dict[str, Any]) -> None:
    assert (facts["socket_timeout"] == 3) is (version >= gates.URL_TAKES_EVERY_OPTION)


def test_a_stated_host_beats_the_variable_redis_url(version: Version, facts: dict[str, Any]) -> None:
    assert (facts["host"] == "stated.example") is (version >= gates.HOST_BEATS_REDIS_URL)


def test_the_variables_of_slack_and_of_the_old_master_key(version: Version, facts: dict[str, Any]) -> None:
    assert facts["alerting_webhook_url"] is (version >= gates.ALERTING_WEBHOOK_URL)
    assert facts["migrates"] is (version >= gates.MIGRATES_FROM_MASTER_KEY)


def test_teams_hears_of_failures(version: Version, facts: dict[str, Any]) -> None:
    assert facts["alerts_teams"] is (version >= gates.ALERTS_TEAMS)


def test_the_separate_health_app_is_there_until_it_is_removed(version: Version, facts: dict[str, Any]) -> None:
    assert facts["health_app"] is (gates.HEALTH_APP <= version < gates.HEALTH_APP_REMOVED)


def test_metrics_need_a_key(version: Version, facts: dict[str, Any]) -> None:
    assert facts["metrics_need_key"] is (version >= gates.METRICS_NEED_KEY)


def test_the_cache_skips_long_conversations(version: Version, facts: dict[str, Any]) -> None:
    assert facts["max_messages"] == (4 if version >= gates.CACHE_MAX_MESSAGES else None)


def test_the_words_of_the_cache_are_those_we_know(version: Version, facts: dict[str, Any]) -> None:
    assert set(facts["modes"]) == set(MODES)
    assert set(facts["call_types"]) == call_types(version)


CONFIG = """\
model_list: []
litellm_settings: {callbacks: [prometheus]}
general_settings: {master_key: sk-fake-master-key-of-the-tests}
"""


def test_several_workers_get_a_folder_for_their_metrics(litellm: Installed, version: Version, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    arguments = ["--config", str(tmp_path / "config.yaml"), "--num_workers", "2", "--run_gunicorn"]
    environment = {"TMPDIR": str(tmp_path)}
    with litellm.serve(*arguments, output=tmp_path / "output", environment=environment):
        made = (tmp_path / "litellm_prometheus_multiproc").is_dir()
    assert made is (version >= gates.MAKES_MULTIPROC_DIR)
