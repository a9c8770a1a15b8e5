"""Variables that LiteLLM has read before it loads its config, so that `environment_variables` there comes too late.

Sources: at import, litellm 1.81.0 __init__.py:80, _logging.py:14 and constants.py:250 and :1168; the rest are the
variables of the command line's options, which click reads first. `tests/e2e` tries two of them on both releases.
"""

from __future__ import annotations

from litellm_harden.litellm.options import options

_AT_IMPORT = ("LITELLM_LOG", "LITELLM_MODE", "JSON_LOGS", "REDIS_CONNECTION_POOL_TIMEOUT", "PROXY_BATCH_WRITE_AT")
_BY_ENTRYPOINT = ("SEPARATE_HEALTH_APP", "SEPARATE_HEALTH_PORT", "SUPERVISORD_STOPWAITSECS", "CONFIG_FILE_PATH")


def is_read_before_config(name: str) -> bool:
    """Whether LiteLLM has read the variable before it loads its config."""
    return name in _AT_IMPORT or name in _BY_ENTRYPOINT or any(option.env == name for option in options().values())
