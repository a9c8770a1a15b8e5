"""What redis-py takes where it connects: LiteLLM passes what it does not know itself on to it.

The arguments of Redis, RedisCluster, Sentinel, ConnectionPool, BlockingConnectionPool, Connection and SSLConnection and
of their asyncio forms in redis-py 5.2.1 and 8.1.0 together. LiteLLM pins no release of redis-py before 1.93.
"""

from __future__ import annotations

# fmt: off
KEYWORDS = (
    "address_remap", "auto_close_connection_pool", "cache", "cache_config", "cache_factory", "charset",
    "client_name", "cluster_error_retry_attempts", "command_packer", "connection_class",
    "connection_error_retry_attempts", "connection_pool", "credential_provider", "db", "decode_responses",
    "driver_info", "dynamic_startup_nodes", "encoder_class", "encoding", "encoding_errors", "errors",
    "event_dispatcher", "force_master_ip", "health_check_interval", "host", "legacy_responses", "lib_name",
    "lib_version", "load_balancing_strategy", "maint_notifications_config", "max_connections",
    "min_other_sentinels", "parser_class", "password", "path", "policy_resolver", "port", "protocol",
    "queue_class", "read_from_replicas", "redis_connect_func", "reinitialize_steps", "require_full_coverage",
    "retry", "retry_on_error", "retry_on_timeout", "sentinel_kwargs", "sentinels", "single_connection_client",
    "socket_connect_timeout", "socket_keepalive", "socket_keepalive_options", "socket_read_size",
    "socket_timeout", "socket_type", "ssl", "ssl_ca_certs", "ssl_ca_data", "ssl_ca_path", "ssl_cert_reqs",
    "ssl_certfile", "ssl_check_hostname", "ssl_ciphers", "ssl_exclude_verify_flags", "ssl_include_verify_flags",
    "ssl_keyfile", "ssl_min_version", "ssl_ocsp_context", "ssl_ocsp_expected_cert", "ssl_password",
    "ssl_validate_ocsp", "ssl_validate_ocsp_stapled", "startup_nodes", "timeout", "unix_socket_path", "url",
    "username",
)
# fmt: on
