"""Edits of files as an editor is asked to make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lsprotocol import types

from litellm_harden.lsp.buffers import uri_of
from litellm_harden.lsp.judging import Judged
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit, ordered


class Client(Record):
    """What an editor can do: take edits with the version of the text that they are for, ask for an action's edits
    only when it is chosen, show actions that cannot be chosen. `diagnostics` are those that it asks about."""

    versioned: bool = True
    resolves: bool = True
    shows_disabled: bool = True
    diagnostics: tuple[types.Diagnostic, ...] = ()


def workspace_edit(judged: Judged, edits: Mapping[Path, Sequence[Edit]], client: Client) -> types.WorkspaceEdit:
    """The edits, in coordinates of the texts that were judged. Raises Unreadable."""
    by_uri = {}
    for file, changes in edits.items():
        buffer = judged.buffers.get(file)
        lines = judged.lines(file)
        texts = [types.TextEdit(lines.range(edit.start, edit.end), edit.text) for edit in ordered(changes)]
        by_uri[buffer.uri if buffer is not None else uri_of(file)] = (buffer, texts)
    if not client.versioned:
        return types.WorkspaceEdit(changes={uri: texts for uri, (_, texts) in by_uri.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, buffer.version if buffer is not None else None),
                list(texts),
            )
            for uri, (buffer, texts) in by_uri.items()
        ]
    )
