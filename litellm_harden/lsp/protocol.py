"""What the protocol asks for and pygls leaves open: every request is answered, in time or not, sense or nonsense."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcContentModified,
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from litellm_harden.text.trace import place_of

T = TypeVar("T")


class Protocol(LanguageServerProtocol):
    """Answers what pygls keeps silent about, and leaves the texts to `Buffers`: pygls ends lines at characters that
    end none in the protocol, such as U+2028."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """The message in the types of the protocol. Raises JsonRpcException, which is the answer to a request."""
        try:
            return super().structure_message(data)
        except JsonRpcException:
            self._answer(data.get("id"), self._untimely(data.get("method")) or self._senseless(data.get("method")))
            raise

    def handle_message(self, message: Any) -> None:
        """Deal with a message that comes in time; a request that does not is refused, a notification dropped."""
        method = getattr(message, "method", None)
        untimely = self._untimely(method) if method is not None else None
        if untimely is None:
            super().handle_message(message)
        else:
            self._answer(getattr(message, "id", None), untimely)

    def _untimely(self, method: object) -> JsonRpcException | None:
        """LSP 3.17, "Server lifecycle": what may be asked when."""
        if method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("the server is shutting down")
        if self._workspace is None:
            return None if method == types.INITIALIZE else JsonRpcServerNotInitialized()
        return JsonRpcInvalidRequest("the server is initialized already") if method == types.INITIALIZE else None

    def _senseless(self, method: object) -> JsonRpcException:
        if not isinstance(method, str):
            return JsonRpcInvalidRequest()
        return JsonRpcInvalidParams() if self.get_message_type(method) else JsonRpcMethodNotFound.of(method)

    def _answer(self, id_: object, error: JsonRpcException) -> None:
        if isinstance(id_, (int, str)):
            self._send_response(id_, error=error.to_response_error())

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """A file was opened."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """It was typed in one."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """One was closed."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Pygls(LanguageServer):
    """The server of pygls, which repeats no message: it may hold a secret."""

    def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002
        """Say that a message could not be dealt with; that its text has changed meanwhile is nothing to tell."""
        if not isinstance(error, JsonRpcContentModified):
            say(f"a message could not be dealt with: {type(error).__name__}")


def told(handler: Callable[[Any], None]) -> Callable[[Any], None]:
    """Takes what it is told; where something broke, that is said on stderr."""

    def take(params: Any) -> None:
        try:
            handler(params)
        except Exception as error:
            _say_broken(error)

    return take


def answered(handler: Callable[[Any], Coroutine[Any, Any, T]]) -> Callable[[Any], Coroutine[Any, Any, T | None]]:
    """An answer for every question: nothing where something broke, which is said on stderr."""

    async def answer(params: Any) -> T | None:
        try:
            return await handler(params)
        except JsonRpcException:
            raise
        except Exception as error:
            _say_broken(error)
            return None

    return answer


def say(text: str) -> None:
    """Say something on stderr, which editors keep in a log."""
    print(f"lh: {text}", file=sys.stderr, flush=True)


def _say_broken(error: Exception) -> None:
    say(f"unexpected {type(error).__name__} {place_of(error)}: this is a bug in lh")
