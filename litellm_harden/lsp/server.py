"""The server: messages in, messages out. What takes time is done in one thread beside the event loop."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified
from pygls.protocol import default_converter

from litellm_harden import __version__
from litellm_harden.documents.base import Refusal
from litellm_harden.lsp import actions, hover
from litellm_harden.lsp.buffers import Buffer, Buffers, path_of, uri_of
from litellm_harden.lsp.diagnostics import diagnostics, of_wrong
from litellm_harden.lsp.edits import Client
from litellm_harden.lsp.judging import Broken, Judged, Root, Stopped, Wrong, judge_root, root_of
from litellm_harden.lsp.protocol import Protocol, Pygls, answered, say, told
from litellm_harden.lsp.watch import Stop, Watch
from litellm_harden.text.trace import place_of

T = TypeVar("T")
Judgement = Judged | Wrong | Broken

_WATCHED = (
    *("**/lh.toml", "**/pyproject.toml", "**/*.yaml", "**/*.yml", "**/.env*", "**/*.env"),
    *("**/*Dockerfile*", "**/*Containerfile*", "**/*.dockerfile", "**/*.containerfile"),
)


class Server:
    """One session with an editor."""

    def __init__(self) -> None:
        self._pygls = Pygls("lh", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self._buffers = Buffers()
        self._thread = ThreadPoolExecutor(1, "lh")
        self._watches: dict[Root, Watch[Judgement]] = {}
        self._wrong: dict[Root, Wrong] = {}
        self._left_alone: set[str] = set()
        self._shut_down, self._left = False, False
        on = self._pygls.feature
        on(types.INITIALIZED)(answered(self._initialized))
        on(types.SHUTDOWN)(told(self._shutdown))
        on(types.EXIT)(told(self._exit))
        on(types.TEXT_DOCUMENT_DID_OPEN)(told(self._opened))
        on(types.TEXT_DOCUMENT_DID_CHANGE)(told(self._changed))
        on(types.TEXT_DOCUMENT_DID_CLOSE)(told(self._closed))
        on(types.TEXT_DOCUMENT_DID_SAVE)(told(self._on_disk))
        on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(told(self._on_disk))
        on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(told(self._on_disk))
        on(types.TEXT_DOCUMENT_HOVER)(answered(self._hover))
        kinds = types.CodeActionOptions(code_action_kinds=list(actions.KINDS))
        on(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(answered(self._actions))
        on(types.CODE_ACTION_RESOLVE)(answered(self._resolve))

    def run(self) -> bool:
        """Talk over stdin and stdout until the editor leaves; whether it did so in good order."""
        logging.disable(logging.CRITICAL)  # pygls logs whole messages, and they hold secrets
        # Whatever else is started or printed must not get at the conversation.
        stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        self._pygls.start_io(stdin, stdout)
        return self._shut_down or not self._left

    # What the editor tells

    async def _initialized(self, _: types.InitializedParams) -> None:
        """Ask to be told of files that change on disk."""
        workspace = self._pygls.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is None or not watched.dynamic_registration:
            return
        globs = [types.FileSystemWatcher(glob) for glob in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(globs)
        registration = types.Registration("lh-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await self._pygls.client_register_capability_async(types.RegistrationParams([registration]))

    def _shutdown(self, _: object) -> None:
        self._shut_down = True

    def _exit(self, _: object) -> None:
        self._left = True

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        self._touch(self._buffers.open(one.uri, one.language_id, one.version, one.text), delay=0)

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        one = params.text_document
        self._touch(self._buffers.change(one.uri, one.version, params.content_changes, self._encoding))

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        buffer = self._buffers.close(params.text_document.uri)
        if buffer is not None:
            self._publish(buffer.uri, [])
            self._touch(buffer)

    def _on_disk(self, _: object) -> None:
        """Something may have changed that no open file tells of."""
        for root in {self._root(buffer) for buffer in self._buffers}:
            self._watch(root).changed()

    def _touch(self, buffer: Buffer | None, **delay: float) -> None:
        if buffer is None:
            return
        if buffer.too_long:
            self._publish(buffer.uri, [], buffer.version)
            if buffer.uri not in self._left_alone:
                self._left_alone.add(buffer.uri)
                self._show(f"lh leaves {buffer.path.name} alone: it is longer than 5 MB", types.MessageType.Warning)
        self._watch(self._root(buffer)).changed(**delay)

    # What the editor asks

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        buffer, judged = await self._judged(params.text_document.uri)
        if buffer is None or judged is None:
            return None
        return await self._in_thread(judged, lambda _: hover.hover(judged, buffer.path, params.position))

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        buffer, judged = await self._judged(params.text_document.uri)
        if buffer is None or judged is None:
            return None
        client, only = self._client(tuple(params.context.diagnostics)), params.context.only
        return await self._in_thread(
            judged, lambda stop: actions.actions(judged, buffer.path, params.range, only, client, stop)
        )

    async def _resolve(self, action: types.CodeAction) -> types.CodeAction:
        chosen = actions.Chosen.of(action)
        _, judged = await self._judged(chosen.uri) if chosen is not None else (None, None)
        if judged is None:
            return action
        client = self._client()
        outcome = await self._in_thread(judged, lambda stop: actions.resolved(judged, action, client, stop))
        if isinstance(outcome, Refusal):
            self._show(f"{action.title}: this cannot be done: {outcome.reason}", types.MessageType.Warning)
            return action
        return outcome

    async def _judged(self, uri: str) -> tuple[Buffer | None, Judged | None]:
        """The open file of that name and what was found in it as it is now."""
        buffer = self._buffers.get(uri)
        if buffer is None or buffer.too_long:
            return None, None
        found = await self._watch(self._root(buffer)).newest()
        return buffer, found if isinstance(found, Judged) and buffer.path in found.buffers else None

    async def _in_thread(self, judged: Judged, work: Callable[[Stop], T]) -> T:
        """What the work gives; it stops when the editor takes its question back, or changes what was judged."""
        given_up = Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, work, lambda: given_up.is_set() or judged.outdated()
            )
        except asyncio.CancelledError:
            given_up.set()
            raise
        except Stopped:
            raise JsonRpcContentModified from None

    # What is judged

    def _watch(self, root: Root) -> Watch[Judgement]:
        if root not in self._watches:
            self._watches[root] = Watch(
                self._thread, lambda: self._start(root), told(lambda found: self._tell(root, found))
            )
        return self._watches[root]

    def _start(self, root: Root) -> Callable[[Stop], Judgement | None]:
        buffers = {path: buffer for path, buffer in self._buffers.by_path().items() if not buffer.too_long}
        here = {path: buffer for path, buffer in buffers.items() if self._root(buffer) == root}

        def work(stop: Stop) -> Judgement | None:
            try:
                found = judge_root(root, buffers, here, self._encoding, stop)
                if isinstance(found, Judged):
                    found.shown = diagnostics(found)
                return found
            except Exception as error:
                return Broken(place_of(error))

        return work

    def _tell(self, root: Root, found: Judgement) -> None:
        """Publish what was found in each open file of a root."""
        before = self._wrong.pop(root, None)
        if before is not None and (not isinstance(found, Wrong) or found.file != before.file):
            self._publish(self._uri(before.file), [])
        if isinstance(found, Judged):
            for file, shown in found.shown.items():
                self._publish(found.buffers[file].uri, shown, found.buffers[file].version)
            return
        for buffer in self._buffers:
            if self._root(buffer) == root:
                self._publish(buffer.uri, [])
        if isinstance(found, Broken):
            say(f"judging broke off {found.place}: this is a bug in lh")
            return
        self._wrong[root] = found
        self._publish(self._uri(found.file), [of_wrong(found, self._encoding)])
        if found != before:
            self._show(f"lh: {found.file.name} cannot be used: {found.message}", types.MessageType.Error)

    def _root(self, buffer: Buffer) -> Root:
        workspace = self._pygls.workspace
        uris = [*(folder.uri for folder in workspace.folders.values()), workspace.root_uri or ""]
        folders = [path_of(uri) for uri in uris]
        return root_of(buffer.path, [folder for folder in folders if folder is not None])

    # What is said

    def _publish(self, uri: str, shown: list[types.Diagnostic], version: int | None = None) -> None:
        self._pygls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown, version))

    def _show(self, message: str, kind: types.MessageType) -> None:
        self._pygls.window_show_message(types.ShowMessageParams(kind, message))

    def _uri(self, file: Path) -> str:
        return next((buffer.uri for buffer in self._buffers if buffer.path == file), uri_of(file))

    @property
    def _encoding(self) -> str:
        return str(self._pygls.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16.value)

    def _client(self, diagnosed: tuple[types.Diagnostic, ...] = ()) -> Client:
        workspace, document = self._pygls.client_capabilities.workspace, self._pygls.client_capabilities.text_document
        edits = workspace.workspace_edit if workspace is not None else None
        able = document.code_action if document is not None else None
        resolve = able.resolve_support if able is not None else None
        return Client(
            versioned=bool(edits and edits.document_changes),
            resolves=bool(resolve and "edit" in resolve.properties),
            shows_disabled=bool(able and able.disabled_support),
            diagnostics=tuple(one for one in diagnosed if one.source == "lh"),
        )
