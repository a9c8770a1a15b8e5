"""An editor for tests: starts `lh lsp` and talks to it as editors do, over its stdin and stdout."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 20
"""Seconds until a server that does not answer has failed."""
ENCODINGS = ("utf-8", "utf-16", "utf-32")
_PROGRAM = "from litellm_harden.cli.main import run; run()"
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text takes: counted in bytes, as the protocol defines it."""
    codec, width = _CODECS[encoding]
    return len(text.encode(codec)) // width


def position(text: str, offset: int, encoding: str) -> types.Position:
    """The position of an offset of a text whose lines end at line feeds."""
    line = text.count("\n", 0, offset)
    return types.Position(line, units(text[text.rfind("\n", 0, offset) + 1 : offset], encoding))


def offset(text: str, place: types.Position, encoding: str) -> int:
    """The offset of a position."""
    line = text.split("\n")[place.line]
    before = sum(len(one) + 1 for one in text.split("\n")[: place.line])
    codec, width = _CODECS[encoding]
    return before + len(line.encode(codec)[: place.character * width].decode(codec))


class Editor:
    """Holds texts by file name, and what the server last said of them."""

    def __init__(self, *folders: Path, encoding: str = "utf-16", able: bool = True) -> None:
        """`able` editors take versioned edits, show disabled actions, and ask for an action's edits late."""
        self.folder, self._folders, self.encoding, self._able = folders[0], folders, encoding, able
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = defaultdict(int)
        self.messages: list[str] = []
        self.watched: list[str] = []
        self._published: dict[str, types.PublishDiagnosticsParams] = {}
        self._news = asyncio.Condition()
        self.client = LanguageClient("test", "1")
        on = self.client.feature
        on(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(self._receive())
        on(types.WINDOW_SHOW_MESSAGE)(self._listen())
        on(types.CLIENT_REGISTER_CAPABILITY)(self._register())

    async def __aenter__(self) -> Editor:
        await self.client.start_io(sys.executable, "-c", _PROGRAM, "lsp")
        answer = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=_capabilities(self.encoding, self._able),
                workspace_folders=[types.WorkspaceFolder(one.as_uri(), one.name) for one in self._folders],
            )
        )
        assert answer.capabilities.position_encoding == self.encoding
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.wait_for(self.client.shutdown_async(None), PATIENCE)
        self.client.exit(None)
        await asyncio.wait_for(self.process.wait(), PATIENCE)

    @property
    def process(self) -> asyncio.subprocess.Process:
        process = self.client._server
        assert process is not None
        return process

    async def said(self) -> str:
        """What the server wrote to stderr, once it has ended."""
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    def uri(self, name: str) -> str:
        return name if ":" in name else Path(os.path.normpath(self.folder / name)).as_uri()

    # What an editor tells

    def open(self, name: str, text: str | None = None, language: str = "yaml") -> None:
        self.texts[name] = (self.folder / name).read_bytes().decode() if text is None else text
        self.versions[name] += 1
        item = types.TextDocumentItem(self.uri(name), language, self.versions[name], self.texts[name])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def replace(self, name: str, old: str, new: str) -> None:
        """Type `new` over `old`."""
        start = self.texts[name].index(old)
        self.splice(name, start, start + len(old), new)

    def splice(self, name: str, start: int, end: int, new: str) -> None:
        """Type `new` over a range of the text."""
        text = self.texts[name]
        place = types.Range(position(text, start, self.encoding), position(text, end, self.encoding))
        self.texts[name] = text[:start] + new + text[end:]
        self._change(name, types.TextDocumentContentChangePartial(place, new))

    def rewrite(self, name: str, text: str) -> None:
        """Hand over a new text as a whole."""
        self.texts[name] = text
        self._change(name, types.TextDocumentContentChangeWholeDocument(text))

    def _change(self, name: str, change: types.TextDocumentContentChangeEvent) -> None:
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )

    def on_disk(self, name: str) -> None:
        """Tell that a file has changed on disk."""
        event = types.FileEvent(self.uri(name), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    # What an editor is told

    async def shown(self, name: str) -> list[types.Diagnostic]:
        """What is shown in a file as it is now."""
        await self.until(lambda: name in self.texts and self._version(name) == self.versions[name])
        return self.known(name)

    def known(self, name: str) -> list[types.Diagnostic]:
        """What was last said of a file, open or not."""
        published = self._published.get(self.uri(name))
        return list(published.diagnostics) if published is not None else []

    async def codes(self, name: str) -> list[object]:
        """The rules of what is shown in a file as it is now."""
        return [one.code for one in await self.shown(name)]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for news that make it true."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(true), PATIENCE)

    def marked(self, name: str, diagnostic: types.Diagnostic) -> str:
        """The text that a diagnostic marks."""
        text = self.texts[name]
        start, end = diagnostic.range.start, diagnostic.range.end
        return text[offset(text, start, self.encoding) : offset(text, end, self.encoding)]

    # What an editor asks

    async def hover(self, name: str, at: str) -> str:
        """What is told of the first place where the text says so; "" where nothing is."""
        answer = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), self._at(name, at))
        )
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def actions(self, name: str, at: str, only: Sequence[str] | None = None) -> list[types.CodeAction]:
        """What can be done at the first place where the text says so."""
        place = self._at(name, at)
        context = types.CodeActionContext((await self.shown(name)), only)
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), types.Range(place, place), context)
        )
        return [action for action in answer or [] if isinstance(action, types.CodeAction)]

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        return await self.client.code_action_resolve_async(action)

    async def choose(self, action: types.CodeAction) -> None:
        """Make what an action does, asking for its edits first where they are still to come."""
        self.apply(action.edit or (await self.resolve(action)).edit)

    def apply(self, edit: types.WorkspaceEdit | None) -> None:
        """Make the edits of an action in the texts that are held."""
        assert edit is not None
        names = {self.uri(name): name for name in self.texts}
        for document in edit.document_changes or ():
            assert isinstance(document, types.TextDocumentEdit)
            name = names[document.text_document.uri]
            assert document.text_document.version == self.versions[name]
            before = self.texts[name]
            places = [
                (offset(before, one.range.start, self.encoding), offset(before, one.range.end, self.encoding), one)
                for one in document.edits
            ]
            for start, end, one in reversed(places):
                assert isinstance(one, types.TextEdit)
                self.splice(name, start, end, one.new_text)

    def _at(self, name: str, at: str) -> types.Position:
        return position(self.texts[name], self.texts[name].index(at), self.encoding)

    def _version(self, name: str) -> int | None:
        published = self._published.get(self.uri(name))
        return published.version if published is not None else None

    def _receive(self) -> Callable[[types.PublishDiagnosticsParams], Coroutine[Any, Any, None]]:
        async def receive(params: types.PublishDiagnosticsParams) -> None:
            async with self._news:
                self._published[params.uri] = params
                self._news.notify_all()

        return receive

    def _listen(self) -> Callable[[types.ShowMessageParams], Coroutine[Any, Any, None]]:
        async def listen(params: types.ShowMessageParams) -> None:
            async with self._news:
                self.messages.append(params.message)
                self._news.notify_all()

        return listen

    def _register(self) -> Callable[[types.RegistrationParams], Coroutine[Any, Any, None]]:
        async def register(params: types.RegistrationParams) -> None:
            async with self._news:
                self.watched += [one.method for one in params.registrations]
                self._news.notify_all()

        return register


def _capabilities(encoding: str, able: bool) -> types.ClientCapabilities:
    resolve = types.ClientCodeActionResolveOptions(["edit"]) if able else None
    action = types.CodeActionClientCapabilities(disabled_support=able, resolve_support=resolve)
    watched = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=able),
            did_change_watched_files=watched,
        ),
        text_document=types.TextDocumentClientCapabilities(code_action=action),
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
    )
