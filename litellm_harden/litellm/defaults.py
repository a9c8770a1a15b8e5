"""What LiteLLM does where nothing is stated. Sources are files of the litellm package at 1.81.0 and 1.109.1."""

from __future__ import annotations

POOL_LIMIT = 10
"""Database connections a worker process may open (proxy/proxy_cli.py)."""

WORKERS = 1
"""Worker processes (constants.py, DEFAULT_NUM_WORKERS_LITELLM_PROXY); the help text of 1.81 says otherwise."""

POSTGRES_CONNECTIONS = 100
"""max_connections of a Postgres that nobody configured (postgresql.conf.sample)."""

REDIS_CONNECTIONS = 50
"""Connections of the pool of a Redis given by host and port (redis-py, asyncio BlockingConnectionPool)."""

REQUEST_TIMEOUT = 6000
"""Seconds that a call may take (constants.py, request_timeout); the router hands it to each call."""

HEALTH_CHECK_INTERVAL = 300
"""Seconds from one background health check to the next (constants.py, DEFAULT_HEALTH_CHECK_INTERVAL)."""
