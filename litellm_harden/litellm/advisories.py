"""Security advisories on the LiteLLM proxy, and the releases that steal secrets.

Only those whose releases are confirmed by the advisory itself; see `source` of each.
"""

from __future__ import annotations

from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record

_GITHUB = "https://github.com/BerriAI/litellm/security/advisories/"

MALICIOUS = (Version(1, 82, 7), Version(1, 82, 8))
"""Packages on PyPI that read secrets and send them away, on 2026-03-24; the images were not affected.

https://docs.litellm.ai/blog/security-update-march-2026 and litellm#24512.
"""

CLEAN_AGAIN = Version(1, 83, 0)
"""The first release after them."""


class Advisory(Record):
    """A weakness of the releases from `since` (None: all) until before `fixed`.

    `critical` says that it needs no key. `take` is the release to run, where that is a later one than `fixed`; `needs`
    what a deployment must have for it to matter: `database`, `jwt`, or "" for any.
    """

    id: str
    what: str
    since: Version | None
    fixed: Version
    source: str
    critical: bool = False
    needs: str = ""
    take: Version | None = None

    def affects(self, version: Version) -> bool:
        """Whether that release has it."""
        return (self.since is None or version >= self.since) and version < self.fixed


ADVISORIES = (
    Advisory(
        "CVE-2026-42208",
        "SQL injection without a key, exploited",
        Version(1, 81, 16),
        Version(1, 83, 7),
        f"{_GITHUB}GHSA-r75f-5x8p-qvmc",
        critical=True,
        needs="database",
    ),
    Advisory(
        "CVE-2026-35030",
        "login as another user by a forged token",
        None,
        Version(1, 83, 0),
        f"{_GITHUB}GHSA-jjhc-v7c2-5hh6",
        critical=True,
        needs="jwt",
    ),
    Advisory(
        "CVE-2024-2952",
        "code execution by a model's template",
        None,
        Version(1, 34, 42),
        "https://github.com/advisories/GHSA-46cm-pfwv-cgf8",
        critical=True,
    ),
    Advisory(
        "CVE-2026-49468",
        "login bypass by an unchecked Host header",
        None,
        Version(1, 84, 0),
        f"{_GITHUB}GHSA-4xpc-pv4p-pm3w",
        take=Version(1, 84, 3),  # follow-up hardening
    ),
    Advisory(
        "CVE-2026-42271",
        "any key runs commands on the host, exploited",
        Version(1, 74, 2),
        Version(1, 83, 7),
        f"{_GITHUB}GHSA-v4p8-mg3p-g94g",
    ),
    Advisory(
        "CVE-2026-42203",
        "any key runs code in the proxy",
        Version(1, 80, 5),
        Version(1, 83, 7),
        f"{_GITHUB}GHSA-xqmj-j6mv-4862",
    ),
    Advisory(
        "CVE-2026-59822",
        "login bypass of the MCP servers, exploited",
        None,
        Version(1, 84, 0),
        f"{_GITHUB}GHSA-7488-6r32-c95q",
    ),
    Advisory(
        "CVE-2026-35029",
        "any key changes the config",
        None,
        Version(1, 83, 0),
        f"{_GITHUB}GHSA-53mr-6c8q-9789",
    ),
    Advisory(
        "GHSA-69x8-hrgq-fjj8",
        "login with a password's hash",
        None,
        Version(1, 83, 0),
        f"{_GITHUB}GHSA-69x8-hrgq-fjj8",
    ),
    Advisory(
        "CVE-2026-40217",
        "a guardrail's code leaves its sandbox",
        Version(1, 81, 8),
        Version(1, 83, 10),
        f"{_GITHUB}GHSA-wxxx-gvqv-xp7p",
    ),
    Advisory(
        "PYSEC-2026-4070",
        "requests to hosts of the caller's choice",
        None,
        Version(1, 83, 9),
        "https://osv.dev/vulnerability/PYSEC-2026-4070",
    ),
)
"""Worst first."""
