"""What lint says on the two sides of each release at which LiteLLM changed: `fixtures/version-gates/gates.txt`.

After a wanted change: `python -m tests.gates`, then read the difference.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from litellm_harden.litellm import gates
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.pack import load
from tests.fixture_runs import FIXTURES, copy, lh

EXPECTED = FIXTURES / "version-gates" / "gates.txt"


def all_gates() -> dict[Version, list[str]]:
    """The releases at which a rule judges differently, oldest first, each with the names of its gates and rules."""
    found: dict[Version, list[str]] = {}
    for name, value in vars(gates).items():
        if isinstance(value, Version) and name.isupper():
            found.setdefault(value, []).append(name)
    for rule in load().rules:
        bounds = {rule.since, rule.until}
        bounds |= {bound for part in rule.parts for clause in part for bound in (clause.since, clause.until)}
        for gate in bounds:
            if gate is not None:
                found.setdefault(gate, []).append(rule.id)
    return {version: sorted(found[version]) for version in sorted(found)}


def just_before(version: Version) -> Version:
    """A version below, above which no release but `version` itself follows."""
    major, minor, patch = version
    return Version(major, minor, patch - 1) if patch else Version(major, minor - 1, 999)


def differences(scratch: Path) -> dict[Version, tuple[set[str], set[str]]]:
    """For each gate: what lint says of the fixture only before it, and only from it on."""
    folder = copy("version-gates", scratch)
    found = {}
    for version in all_gates():
        before, now = _said(folder, just_before(version)), _said(folder, version)
        found[version] = before - now, now - before
    return found


def rendered(scratch: Path) -> str:
    """The differences as text: a heading for each release, then what goes and what comes."""
    names = all_gates()
    lines = []
    for version, (gone, come) in differences(scratch).items():
        lines += [f"{version}: {', '.join(names[version])}", *_grouped("-", gone), *_grouped("+", come), ""]
    return "\n".join(lines)


def _grouped(sign: str, said: Iterable[str]) -> list[str]:
    """What is said, once for all deployments of which it is."""
    found: dict[str, list[str]] = {}
    for line in sorted(said):
        root, _, text = line.partition(": ")
        found.setdefault(text, []).append(root)
    return [f"  {sign} {text}\n      of {', '.join(roots)}" for text, roots in sorted(found.items())]


def _said(folder: Path, version: Version) -> set[str]:
    printed = lh(folder, "lint", "--format", "json", "--litellm-version", str(version)).stdout
    report = json.loads(printed.replace(f"LiteLLM {version}", "this LiteLLM"))
    return {
        f"{report['deployments'][one['deployment']]['root']}: {one['severity']} {one['rule']} {one['message']}"
        f" → {one['fix']['description'] if one['fix'] else 'no fix'}"
        for one in report["findings"]
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        EXPECTED.write_text(rendered(Path(temporary)), "utf-8")
