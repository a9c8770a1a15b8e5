"""Variables that LiteLLM has read before it loads its config, so that `environment_variables` there comes too late.

Sources: at import, litellm 1.81.0 __init__.py:80, _logging.py:14 and constants.py:250 and :1168; the rest are the
variables of the command line's options, which click reads first. `tests/e2e` tries two of them on both releases.
"""

from __future__ import annotations

from litellm_harden.litellm.options import OPTIONS

_AT_IMPORT = ("LITELLM_LOG", "LITELLM_MODE", "JSON_LOGS", "REDIS_CONNECTION_POOL_TIMEOUT", "PROXY_BATCH_WRITE_AT")
_BY_ENTRYPOINT = ("SEPARATE_HEALTH_APP", "SEPARATE_HEALTH_PORT", "SUPERVISORD_STOPWAITSECS", "CONFIG_FILE_PATH")

READ_BEFORE_CONFIG = frozenset(
    (*_AT_IMPORT, *_BY_ENTRYPOINT, *(option.env for option in OPTIONS if option.env is not None))
)
