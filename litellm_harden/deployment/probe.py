"""What the command of a health check asks, and how: requests by curl, wget or Python, bare connections, or less."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import dropwhile
from typing import NamedTuple

from litellm_harden.deployment.script import Ending, ending, split
from litellm_harden.documents.argv_shell import Token
from litellm_harden.text.patterns import pattern

Lookup = Callable[[str], "str | None"]
"""The value of a variable in the container: "" where it is not set, None where that cannot be told."""

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash"})
_PREFIXES = frozenset({"exec", "timeout", "env", "nice", "time"})
_LOOKS_ONLY = frozenset({"netstat", "ss", "pgrep", "pidof", "ps", "lsof", "nc", "ncat", "netcat"})
_QUIET = frozenset({"exit", "true", "false", "echo", "grep", "egrep", "jq", "test", "[", ":", "cat"})
_SUCCEEDS = frozenset({"true", "echo", ":", "cat", "jq"})
"""Those that succeed whatever they are given, which may be nothing; jq does unless told to fail (`-e`)."""
_CURL_TAKES, _WGET_TAKES = "oHAuXmbdTKewFEQYyzPtCx", "OotTUPe"
_CURL_LONG = (
    *("--output", "--header", "--user", "--request", "--max-time", "--connect-timeout", "--retry", "--retry-delay"),
    *("--user-agent", "--write-out", "--data", "--cookie", "--cacert", "--retry-max-time", "--resolve", "--url"),
    *("--proxy", "--noproxy"),
)
_WGET_LONG = ("--output-document", "--tries", "--timeout", "--header", "--user-agent", "--user", "--password")
_URL = pattern(r"(?P<base>(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^\s:/'\"?#]+)(?::(?P<port>[^/\s'\"?#]*))?)"
               r"(?P<path>[^\s'\"?#)]*)", 2)  # fmt: skip
_BARE_URL = pattern(r"(?P<base>(?P<host>\[[^\]]*\]|[\w.-]+)(?::(?P<port>\d+)))(?P<path>/[^\s?#]*)?")
_CONNECTION = pattern(r"HTTPConnection\(\s*(?:host\s*=\s*)?['\"](?P<host>[^'\":]+)(?::(?P<inner>\d{1,5}))?['\"]"
                      r"(?:\s*,\s*(?:port\s*=\s*)?(?P<port>\d{1,5})\b)?")  # fmt: skip
_PORT = pattern(r"[0-9]{1,5}")
_ASKED = pattern(r"\.request\(\s*['\"](?P<method>\w+)['\"]\s*,\s*['\"](?P<path>[^'\"]*)['\"]")
_HEAD = pattern(r"\.head\(|method\s*=\s*['\"]HEAD['\"]")
_STATUS = pattern(r"status|raise_for|\.ok\b|is_success|getcode|\bcode\b")
_CHECKS_ITSELF = pattern(r"urlopen|urlretrieve|build_opener")
_CLIENT = pattern(r"\b(?:requests|httpx)\b")
_PAST_PROXIES = pattern(r"ProxyHandler\(\s*\{\s*\}\s*\)|trust_env|proxies\s*=|environ[^;\n]{0,99}_proxy", re.IGNORECASE)
_HANDLER = pattern(r"\bexcept\b[^:]{0,200}:(?P<body>.*)", re.DOTALL)
_FAILURE = pattern(r"\braise\b|exit\((?!\s{0,9}0?\s{0,9}\))")
_SILENCE = pattern(r"\s*(?:pass|print\([^\n;]*\)|(?:\w+\.)?_?exit\(\s*0?\s*\))\s*", re.DOTALL)
_OPTIONS = "the options of its shell decide whether it fails"
_HANDLED = "what its code makes of a failure is not understood"
_VARIABLE = pattern(r"\$(?:\{(?P<name>\w+)(?:(?P<operator>:?-)(?P<default>[^{}$]*))?\}|(?P<plain>[A-Za-z_]\w*))")


class Request(NamedTuple):
    """One HTTP request. `port` is None where it cannot be told. `text` is its URL as written, "" where it is put
    together in code. `fails` is False where an answer of 401 or 500 counts as healthy. `obeys` are the variables that
    send it through a forward proxy, the strongest first."""

    program: str
    host: str
    port: int | None
    path: str
    head: bool = False
    fails: bool = True
    text: str = ""
    scheme: str = "http"
    obeys: tuple[str, ...] = ()


class Probe(NamedTuple):
    """What a test does. `programs` are those it runs, without shells. `looks_only` says that it asks for nothing over
    HTTP: it looks at a process or a port. `ignored` says that a failure is turned into a success. `unclear` says why
    it cannot be told, "" where it can."""

    programs: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    looks_only: bool = False
    ignored: bool = False
    unclear: str = ""


def read_probe(test: Sequence[str], lookup: Lookup) -> Probe:
    """What the test of a health check (`CMD` with words, `CMD-SHELL` with a script) does."""
    if test[0] == "CMD-SHELL":
        return _script(test[1], lookup)
    return _command(list(test[1:]), lookup)


def _script(text: str, lookup: Lookup) -> Probe:
    programs: list[str] = []
    requests: list[Request] = []
    run: list[Ending | str] = []
    looks = False
    if "$(" in text or "`" in text:
        return Probe(unclear="its script judges the output of another command")
    for command in split(text.replace("\\\n", " ")):
        if isinstance(command, str):
            run.append(command)
            continue
        words = [word for token in command.words if (word := _expanded(token, lookup)) is not None]
        if len(words) < len(command.words):
            return Probe(unclear="a variable of the container decides what it asks")
        part = _command(words, lookup)
        if any("/dev/tcp/" in target or (target.isdigit() and int(target) > 2) for target in command.targets):
            part = Probe(looks_only=True)
        if part.unclear:
            return part
        programs += part.programs
        looks = looks or part.looks_only
        requests += [each._replace(fails=each.fails or command.piped) for each in part.requests]
        run.append(_at_worst(part, words))
    status = ending(run)
    if status is None:
        return Probe(tuple(programs), unclear="its script is not understood")
    return Probe(tuple(programs), tuple(requests), looks and not requests, status == 0 and bool(requests or looks))


def _at_worst(part: Probe, words: list[str]) -> Ending:
    """How a command ends where the proxy does not answer."""
    words = list(dropwhile(_is_prefix, words))
    if part.requests or part.looks_only:
        return Ending(0 if part.ignored else 1)
    program, arguments = words[0].rpartition("/")[2], words[1:]
    if program == "exit":
        return Ending(int(arguments[0]) % 256 if arguments and arguments[0].isdecimal() else None, True)
    told = program == "jq" and any(word in ("--exit-status", "-e") for word in arguments)
    return Ending(0 if program in _SUCCEEDS and not told else 1)


def _expanded(token: Token, lookup: Lookup) -> str | None:
    """A word with the container's variables filled in and its quotes gone; None where one cannot be told."""
    if not token.expands:
        return token.text
    text = token.text.strip("'\"")
    pieces, at = [], 0
    for match in _VARIABLE.finditer(text):
        value = lookup(match["name"] or match["plain"])
        if value is None:
            return None
        pieces += [text[at : match.start()], value or match["default"] or ""]
        at = match.end()
    return "".join([*pieces, text[at:]])


def _command(words: list[str], lookup: Lookup) -> Probe:
    rest = list(dropwhile(_is_prefix, words))
    found = _program(rest, lookup)
    if any("_proxy=" in word.lower() for word in words[: len(words) - len(rest)]):
        # It has variables of its own for whatever proxies there are.
        return found._replace(requests=tuple(request._replace(obeys=()) for request in found.requests))
    return found


def _program(words: list[str], lookup: Lookup) -> Probe:
    if not words:
        return Probe(unclear="it runs nothing")
    program = words[0].rpartition("/")[2]
    if words[0] in _SHELLS:
        script = next((at for at, word in enumerate(words[1:], 1) if word.startswith("-") and word.endswith("c")), None)
        if script is None or script + 1 >= len(words):
            return Probe(unclear="it runs a script that is not read here")
        part = _script(words[script + 1], lookup)
        # Options such as -e make a script fail where it would go on.
        return part._replace(unclear=_OPTIONS) if part.ignored and words[1 : script + 1] != ["-c"] else part
    if program == "curl":
        return _curl(words[1:])
    if program == "wget":
        return _wget(words[1:])
    if program.startswith("python"):
        return _python(program, words[1:])
    if program in _LOOKS_ONLY:
        return Probe((program,), looks_only=True)
    if program in _QUIET:
        return Probe()
    return Probe((program,), unclear=f"what {program[:40]} asks is not known")


def _is_prefix(word: str) -> bool:
    """Whether a word only leads to the command: `timeout`, its duration, an assignment."""
    return word in _PREFIXES or "=" in word.partition("/")[0] or word.rstrip("smhd").isdigit()


def _curl(words: list[str]) -> Probe:
    options, operands = _options(words, _CURL_TAKES, _CURL_LONG)
    method = options.get("X", options.get("--request", "GET"))
    head = "I" in options or "--head" in options or method.upper() == "HEAD"
    fails = not options.keys().isdisjoint({"f", "--fail", "--fail-with-body"})
    past = not options.keys().isdisjoint({"x", "--proxy", "--noproxy"})
    obeys = () if past else ("http_proxy", "all_proxy", "ALL_PROXY")
    return _asked("curl", [*operands, *filter(None, [options.get("--url")])], head, fails, obeys)


def _wget(words: list[str]) -> Probe:
    options, operands = _options(words, _WGET_TAKES, _WGET_LONG)
    head = "--spider" in options or options.get("--method") == "HEAD"
    return _asked("wget", operands, head, True, () if "--no-proxy" in options else ("http_proxy",))


def _options(words: list[str], short: str, long: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Options by name (letters without their dash) and operands. Those in `short` and `long` take a value."""
    options: dict[str, str] = {}
    operands: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            options[name] = next(rest, "") if not equals and name in long else value
        elif word.startswith("-") and len(word) > 1:
            for at, letter in enumerate(word[1:], 2):
                options[letter] = ""
                if letter in short:
                    options[letter] = word[at:] or next(rest, "")
                    break
        else:
            operands.append(word)
    return options, operands


def _asked(program: str, urls: list[str], head: bool, fails: bool, obeys: tuple[str, ...]) -> Probe:
    known = [request._replace(obeys=obeys) for url in urls if (request := _request(program, url, head, fails))]
    if not known or len(known) < len(urls):
        return Probe((program,), unclear=f"which address {program} asks is not known")
    return Probe((program,), tuple(known))


def _request(program: str, url: str, head: bool, fails: bool) -> Request | None:
    match = _URL.fullmatch(url.partition("?")[0]) or _BARE_URL.fullmatch(url.partition("?")[0])
    if match is None:
        return None
    scheme = (match.groupdict().get("scheme") or "http").lower()
    stated = match["port"]
    port = {"http": 80, "https": 443}[scheme] if stated is None else int(stated) if _PORT.fullmatch(stated) else None
    return Request(program, match["host"], port, match["path"] or "/", head, fails, match[0], scheme)


def _python(program: str, words: list[str]) -> Probe:
    if "-c" not in words or words.index("-c") + 1 >= len(words):
        return Probe((program,), unclear="it runs a script that is not read here")
    code = words[words.index("-c") + 1]
    fails = bool(_CHECKS_ITSELF.search(code) or _STATUS.search(code))
    head = bool(_HEAD.search(code))
    found = [_request(program, match[0], head, fails) for match in _URL.finditer(code)]
    obeys = _obeyed(code)
    if connection := _CONNECTION.search(code):
        asked = _ASKED.search(code)
        port = int(connection["inner"] or connection["port"] or 80)
        if asked is not None:
            method, path = asked["method"].upper(), asked["path"]
            found.append(Request(program, connection["host"], port, path, method == "HEAD", fails))
    handled = _handled(code)
    if found and handled is not None and all(request is not None and request.port is not None for request in found):
        requests = tuple(request._replace(obeys=obeys) for request in found if request is not None)
        return Probe((program,), requests, ignored=handled)
    if "socket" in code and not found:
        return Probe((program,), looks_only=True)
    return Probe((program,), unclear="which address its code asks is not known" if handled is not None else _HANDLED)


def _obeyed(code: str) -> tuple[str, ...]:
    """The variables of a forward proxy that Python code obeys: urllib those of http, requests and httpx all."""
    if _PAST_PROXIES.search(code):
        return ()
    if _CLIENT.search(code):
        return ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
    return ("http_proxy", "HTTP_PROXY") if _CHECKS_ITSELF.search(code) else ()


def _handled(code: str) -> bool | None:
    """Whether Python code turns every failure into a success; None where that is not understood."""
    if "suppress(" in code or re.search(r"\bfinally\b", code):
        return None
    handler = _HANDLER.search(code)
    if handler is None or _FAILURE.search(handler["body"]):
        return False
    return True if _SILENCE.fullmatch(handler["body"]) else None
