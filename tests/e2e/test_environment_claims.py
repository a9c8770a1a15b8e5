"""What the rules of week 1 say LiteLLM does with its environment, asked of LiteLLM."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

LEVEL = "import logging, litellm._logging as log; print('LEVEL', logging.getLevelName(log.handler.level))"
JSON = "import litellm._logging as log; print('JSON', log.json_logs)"
DEFAULTS = (
    "from litellm.constants import PROXY_BATCH_WRITE_AT as batch; from litellm.proxy.proxy_cli import run_server\n"
    "print('DEFAULTS', batch, *(o.default for o in run_server.params if o.name == 'num_workers'))"
)
DATABASE = """
import os
from litellm.proxy.proxy_cli import run_server
try:
    run_server(["--skip_server_startup"], standalone_mode=False)
except SystemExit:  # no prisma here, and by then the URL is made
    pass
print(os.environ["DATABASE_URL"])
"""


@pytest.mark.parametrize("level", ["", '"ERROR"', "ERROR ", "verbose"])
def test_a_log_level_that_is_none_stops_the_import(litellm: Installed, level: str) -> None:
    done = litellm.run("python", "-c", LEVEL, environment={"LITELLM_LOG": level})
    assert done.returncode == 1
    assert "AttributeError: module 'logging' has no attribute" in done.stdout


@pytest.mark.parametrize("level", ["ERROR", "critical"])
def test_a_log_level_is_read_in_either_case(litellm: Installed, level: str) -> None:
    done = litellm.run("python", "-c", LEVEL, environment={"LITELLM_LOG": level})
    assert f"LEVEL {level.upper()}" in done.stdout


def test_json_logs_false_turned_them_on_before_1_100(old_litellm: Installed, current_litellm: Installed) -> None:
    environment = {"JSON_LOGS": "false"}
    assert "JSON True" in old_litellm.run("python", "-c", JSON, environment=environment).stdout
    assert "JSON False" in current_litellm.run("python", "-c", JSON, environment=environment).stdout


def test_the_defaults_are_10_seconds_a_batch_and_1_worker(litellm: Installed) -> None:
    assert "DEFAULTS 10 1" in litellm.run("python", "-c", DEFAULTS).stdout


def test_the_default_pool_has_10_connections(litellm: Installed) -> None:
    environment = {
        "DATABASE_URL": "postgresql://user:fake@127.0.0.1:1/db",
        "LITELLM_MASTER_KEY": "sk-fake-master-key-of-the-tests",
    }
    assert (
        "/db?connection_limit=10&pool_timeout=60"
        in litellm.run("python", "-c", DATABASE, environment=environment).stdout
    )


TOO_LATE = """
import asyncio, logging, os, sys
import litellm._logging as log
from litellm.constants import PROXY_BATCH_WRITE_AT as batch
from litellm.proxy.proxy_server import ProxyConfig
asyncio.run(ProxyConfig().load_config(router=None, config_file_path=sys.argv[1]))
print("SEEN", os.environ["GREETING"], logging.getLevelName(log.handler.level), batch)
"""


def test_the_configs_variables_come_too_late_for_what_is_read_at_import(litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "model_list: []\nenvironment_variables: {GREETING: late, LITELLM_LOG: ERROR, PROXY_BATCH_WRITE_AT: 60}\n"
    )
    environment = {"GREETING": "early", "LITELLM_LOG": "INFO", "LITELLM_MASTER_KEY": "sk-fake-master-key-of-the-tests"}
    done = litellm.run("python", "-c", TOO_LATE, str(config), environment=environment)
    assert "SEEN late INFO 10" in done.stdout
