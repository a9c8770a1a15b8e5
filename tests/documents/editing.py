"""YAML texts, edited."""

from __future__ import annotations

from litellm_harden.documents.base import Path, Refusal
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source


def document(text: str) -> YamlDocument:
    return YamlDocument.litellm(Source(text))


def made(text: str, edits: object) -> str:
    assert isinstance(edits, tuple), edits
    return apply(text, edits)


def updated(text: str, path: Path, **keys: object) -> str:
    values: dict[str | int, object] = dict(keys.items())
    result = made(text, document(text).update(path, values))
    assert document(result).update(path, values) == ()
    return result


def appended(text: str, path: Path, value: object) -> str:
    return made(text, document(text).append(path, value))


def removed(text: str, *path: str | int) -> str:
    return made(text, document(text).remove(path))


def reason(proposal: object) -> str:
    assert isinstance(proposal, Refusal)
    return proposal.reason
