"""The options of the `litellm` command, from the click declarations in proxy/proxy_cli.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from litellm_harden.litellm.catalogue.scan.scope import called, text_of
from litellm_harden.litellm.catalogue.scan.text import default_text
from litellm_harden.record import Record


class Declared(Record):
    """An option: its spellings, whether a value follows it, its variable, its default, whether --help leaves it out."""

    names: tuple[str, ...]
    takes_value: bool
    env: str | None
    default: str | None
    hidden: bool


def options(text: str) -> Iterator[Declared]:
    """The options declared in the text of proxy/proxy_cli.py."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "run_server":
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and called(decorator) == "option":
                    yield _option(decorator)


def _option(call: ast.Call) -> Declared:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    names = tuple(text for node in call.args if (text := text_of(node)) and text.startswith("-"))
    flag = _is_true(given.get("is_flag")) or "flag_value" in given or any("/" in name for name in names)
    env = given.get("envvar")
    return Declared(
        names=tuple(sorted(names, key=lambda name: (not name.startswith("--"), name))),
        takes_value=not flag,
        env=text_of(env) if env is not None else None,
        default=default_text(given.get("default")),
        hidden=_is_true(given.get("hidden")),
    )


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
