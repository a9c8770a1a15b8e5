"""One load of a config as the proxy does it, watched."""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
from typing import Any

from .paths import remove

Path = tuple[Any, ...]


class Watched(dict):  # type: ignore[type-arg]
    """A mapping of the config that notes which of its keys are asked for, in `reads`."""

    def __init__(self, data: dict[Any, Any], path: Path, reads: dict[Path, None]) -> None:
        super().__init__({key: watched(value, (*path, key), reads) for key, value in data.items()})
        self._path, self._reads = path, reads

    def _note(self, key: Any) -> None:
        path = (*self._path, key)
        self._reads.pop(path, None)  # so that the last one asked for is the last
        self._reads[path] = None

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: Any) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """As of a dict."""
        self._note(key)
        return super().get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        """As of a dict."""
        self._note(key)
        return super().pop(key, *default)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        import copy

        return {key: copy.deepcopy(value, memo) for key, value in self.items()}

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


def watched(value: Any, path: Path, reads: dict[Path, None]) -> Any:
    """The value with every mapping in it watched."""
    if isinstance(value, dict):
        return Watched(value, path, reads)
    if isinstance(value, list):
        return [watched(item, (*path, index), reads) for index, item in enumerate(value)]
    return value


class Load:
    """One load of the config, without the parts at `removed`: what was asked for, and the error or the router."""

    def __init__(self, config: str, removed: list[Path]) -> None:
        self.config, self.removed = config, removed
        self.reads: dict[Path, None] = {}
        self.given: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.router: Any = None
        self.error: BaseException | None = None

    def run(self, loop: asyncio.AbstractEventLoop) -> Load:
        """Load it as the proxy does at its start."""
        server, litellm = importlib.import_module("litellm.proxy.proxy_server"), importlib.import_module("litellm")
        load = self

        class Config(server.ProxyConfig):  # type: ignore[misc,name-defined]
            async def get_config(self, *arguments: Any, **named: Any) -> Any:
                load.data = dict(await super().get_config(*arguments, **named))
                remove(load.data, load.removed)
                return Watched(load.data, (), load.reads)

        original = litellm.Router.__init__

        @functools.wraps(original)
        def made(router: Any, *arguments: Any, **named: Any) -> None:
            load.given = load.given or named
            original(router, *arguments, **named)

        made.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
        litellm.Router.__init__ = made
        try:
            self.router = loop.run_until_complete(Config().load_config(router=None, config_file_path=self.config))[0]
        except (Exception, SystemExit) as error:
            self.error = error
        finally:
            litellm.Router.__init__ = original
        return self

    def words(self) -> str:
        """LiteLLM's own words about the error, or nothing."""
        return f"{type(self.error).__name__}: {self.error}" if self.error is not None else ""
