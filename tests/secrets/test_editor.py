"""What an editor is told holds no secret: diagnostics, hovers and the titles of actions. The texts that an action puts
into a file go to who holds that file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor
from tests.secrets.places import PLACES
from tests.secrets.world import Place, leaks

_KNOWN = (".yaml", ".yml", ".env", "Dockerfile")
SOME = [place for place in PLACES if not place.name.startswith(("lh.toml", "rules"))]


def test_an_editor_is_told_no_secret(tmp_path: Path) -> None:
    asyncio.run(_session(tmp_path, SOME[::40]))


@pytest.mark.harness
@pytest.mark.parametrize("start", range(0, len(SOME), 20))
def test_an_editor_is_told_none_of_all_secrets(tmp_path: Path, start: int) -> None:
    asyncio.run(_session(tmp_path, SOME[start : start + 20]))


async def _session(folder: Path, places: Sequence[Place]) -> None:
    homes = [folder / str(number) for number in range(len(places))]
    for home, place in zip(homes, places, strict=True):
        for name, text in place.written().items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text, "utf-8")
    async with Editor(*homes) as editor:
        for home, place in zip(homes, places, strict=True):
            for name, text in place.written().items():
                if name.endswith(_KNOWN):
                    told = await _told(editor, (home / name).as_uri(), text)
                    assert not leaks(place.secret, told), (place.name, name, told)


async def _told(editor: Editor, name: str, text: str) -> str:
    editor.open(name, text)
    pieces = [_text(one) for one in await editor.shown(name)]
    document = types.TextDocumentIdentifier(name)
    for at in _positions(text):
        hover = await editor.client.text_document_hover_async(types.HoverParams(document, at))
        actions = await editor.client.text_document_code_action_async(
            types.CodeActionParams(document, types.Range(at, at), types.CodeActionContext(editor.known(name)))
        )
        pieces += [str(hover.contents) if hover else "", *(one.title for one in actions or ())]
    return "\n".join((*pieces, *editor.messages))


def _positions(text: str) -> Iterator[types.Position]:
    """The first and the last character of each line that says something."""
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            yield types.Position(number, len(line) - len(line.lstrip()))
            yield types.Position(number, len(line) - 1)


def _text(diagnostic: types.Diagnostic) -> str:
    return f"{diagnostic.message} {diagnostic.code} {json.dumps(diagnostic.data, default=str)}"
