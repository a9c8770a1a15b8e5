"""Runs inside LiteLLM's environment: load each config as the proxy does and print where its settings arrived."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
observing: Any = import_module("observe_config")


async def load(config: str) -> dict[str, Any]:
    """What of the proxy the settings of the tests are about, once it has read `config`."""
    litellm, server = import_module("litellm"), import_module("litellm.proxy.proxy_server")
    router, _, _ = await server.ProxyConfig().load_config(router=None, config_file_path=config)
    salt = import_module("litellm.proxy.common_utils.encrypt_decrypt_utils")._get_salt_key()
    alerts = server.proxy_logging_obj.slack_alerting_instance.alerting_args
    return {
        "config": config,
        "api_base": router.model_list[0]["litellm_params"].get("api_base"),
        "background_health_checks": server.use_background_health_checks,
        "cached": type(getattr(litellm.cache, "cache", None)).__name__,
        "cache_ttl": getattr(litellm.cache, "ttl", None),
        "callbacks": [str(callback) for callback in litellm.callbacks],
        "master_key": server.master_key,
        "num_retries": router.num_retries,
        "report_frequency": alerts.daily_report_frequency,
        "request_timeout": litellm.request_timeout,
        "retry_policy": observing.policy(router.retry_policy),
        "salt": salt,
        "service_callback": litellm.service_callback,
    }


if __name__ == "__main__":
    observing.load = load
    observing.main(sys.argv[1:])
