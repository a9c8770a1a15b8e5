"""The addresses that rules may name: one that no file could ever state would be a rule that finds nothing, silently."""

from __future__ import annotations

from litellm_harden.rules.words import nearest
from litellm_harden.text.patterns import pattern

_KEYS = pattern(r'(?:"(?:[^"\\]|\\.)+"|\*|[^\s."*\[\]{}]+)(?:\.(?:"(?:[^"\\]|\\.)+"|\*|[^\s."*\[\]{}]+))*')
"""A path: keys between dots, those with a dot or bracket of their own in quotes; `*` is each of them."""
_VARIABLE = pattern(r"[A-Za-z_]\w*")
_OPTION = pattern(r"--?[A-Za-z][\w-]*")
_LONGEST = 500

_SERVICE = """
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name
    cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec
    depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname driver_opts entrypoint
    env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init
    ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness
    memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports
    post_start pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets
    security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits
    use_api_socket user userns_mode uts volumes volumes_from working_dir
"""
"""The keys of a service: https://docs.docker.com/reference/compose-file/services/."""
_KNOWN = {
    "proxy": {*_SERVICE.split(), "livenessProbe", "readinessProbe", "startupProbe"},
    "postgres": {*_SERVICE.split(), "max_connections"},
    "redis": {*_SERVICE.split()},
    "prometheus": frozenset(
        ("global", "scrape_configs", "scrape_config_files", "rule_files", "alerting", "remote_write", "remote_read")
    ),
    "comment": frozenset(("suppressions",)),
}
"""What the paths of a scheme start with."""


def wrong_address(address: str) -> str:
    """What is wrong with an address, as the end of a sentence about it; "" where nothing is."""
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in ("config", "env", "arg", "image", *_KNOWN):
        return "starts with config:, env:, arg:, proxy:, postgres:, redis:, prometheus: or image:"
    if len(address) > _LONGEST or not address.isprintable():
        return f"is one line of at most {_LONGEST} characters"
    if scheme == "image":
        return "names nothing behind image:" if rest else ""
    if scheme == "env":
        return "" if _VARIABLE.fullmatch(rest) and rest.isascii() else "names one variable behind env:"
    if scheme == "arg":
        return "" if _OPTION.fullmatch(rest) else "names one option behind arg:, such as arg:--num_workers"
    if not _KEYS.fullmatch(rest):
        return 'has one key between two dots (model_list.0, and "gpt-4.1" in quotes where a key has a dot or a bracket)'
    if scheme == "config":
        return "starts with a key that is told: * stands for those below one" if rest.startswith("*") else ""
    if "*" in rest.split("."):
        return "may hold * in the config alone"
    first = rest.partition(".")[0]
    return "" if first in _KNOWN[scheme] else f"names the unknown key {first!r}{nearest(first, _KNOWN[scheme])}"
