"""What the command of a health check asks, and how: requests by curl, wget or Python, bare connections, or less."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litellm_harden.deployment.script import Ending, Lookup, ending, expanded, split
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash"})
_PREFIXES = frozenset({"exec", "timeout", "env", "nice", "time"})
_LOOKS_ONLY = frozenset({"netstat", "ss", "pgrep", "pidof", "ps", "lsof", "nc", "ncat", "netcat"})
_QUIET = frozenset(
    {"exit", "true", "false", "echo", "grep", "egrep", "jq", "test", "[", ":", "cat", "set", "cd", "sleep"}
)
_GRAMMAR = frozenset({"!", "{", "}", "[[", "if", "for", "while", "until", "case", "function", "select", "then", "do"})
_SUCCEEDS = frozenset({"true", "echo", ":", "cat", "jq", "set", "cd", "sleep"})
"""Those that succeed whatever they are given, which may be nothing; jq does unless told to fail (`-e`)."""
_CURL_TAKES, _WGET_TAKES = "oHAuXmbdTKewFEQYyzPtCx", "OotTUPe"
_CURL_LONG = (
    *("--output", "--header", "--user", "--request", "--max-time", "--connect-timeout", "--retry", "--retry-delay"),
    *("--user-agent", "--write-out", "--data", "--cookie", "--cacert", "--retry-max-time", "--resolve", "--url"),
    *("--proxy", "--noproxy"),
)
_WGET_LONG = (
    "--output-document", "--tries", "--timeout", "--header", "--user-agent", "--user", "--password", "--execute",
)  # fmt: skip
_WGET_PAST = pattern(r"(?:-\w*e|--execute=)?(?:use_proxy\s*=\s*(?:no|off|0)|http_proxy\s*=.*)", re.IGNORECASE)
_URL = pattern(r"(?P<base>(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^\s:/'\"?#]+)(?::(?P<port>[^/\s'\"?#]*))?)"
               r"(?P<path>[^\s'\"?#)]*)", 2)  # fmt: skip
_BARE_URL = pattern(r"(?P<base>(?P<host>\[[^\]]*\]|[\w.-]+)(?::(?P<port>\d+)))(?P<path>/[^\s?#]*)?")
_CONNECTION = pattern(r"HTTPConnection\(\s*(?:host\s*=\s*)?['\"](?P<host>[^'\":]+)(?::(?P<inner>\d{1,5}))?['\"]"
                      r"(?:\s*,\s*(?:port\s*=\s*)?(?P<port>\d{1,5})\b)?")  # fmt: skip
_PORT = pattern(r"[0-9]{1,5}")
_STATUS_CODE = pattern(r"[0-9]{1,3}")
_ASKED = pattern(r"\.request\(\s*['\"](?P<method>\w+)['\"]\s*,\s*['\"](?P<path>[^'\"]*)['\"]")
_HEAD = pattern(r"\.head\(|method\s*=\s*['\"]HEAD['\"]")
_STATUS = pattern(r"status|raise_for|\.ok\b|is_success|getcode|\bcode\b")
_CHECKS_ITSELF = pattern(r"urlopen|urlretrieve|build_opener")
_CLIENT = pattern(r"\b(?:requests|httpx)\b")
_PAST_PROXIES = pattern(r"ProxyHandler\(\s*(?:\{\s*\}|dict\(\s*\))\s*\)|trust_env|proxies\s*=|"
                        r"environ[^;\n]{0,99}_proxy", re.IGNORECASE)  # fmt: skip
_OWN_PROXIES = pattern(r"ProxyHandler\(\s*[^\s)]")
_HANDLER = pattern(r"\bexcept\b[^:]{0,200}:(?P<body>.*)", re.DOTALL)
_FAILURE = pattern(r"\braise\b|exit\((?!\s{0,9}0?\s{0,9}\))")
_SILENCE = pattern(r"\s*(?:pass|print\([^\n;]*\)|(?:\w+\.)?_?exit\(\s*0?\s*\))\s*", re.DOTALL)
_SCRIPT = "its script is not understood"
_OPTIONS = "the options of its shell decide whether it fails"
_HANDLED = "what its code makes of a failure is not understood"


class Request(Record):
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


class Probe(Record):
    """What a test does. `programs` are those it runs, without shells. `looks_only` says that it asks for nothing over
    HTTP: it looks at a process or a port. `spare` is the program that does so where its requests fail, "" where none
    does: a proxy that hangs counts as healthy then too. `ignored` says that a failure is turned into a success.
    `unclear` says why it cannot be told, "" where it can."""

    programs: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    looks_only: bool = False
    spare: str = ""
    ignored: bool = False
    unclear: str = ""


def read_probe(test: Sequence[str], lookup: Lookup) -> Probe:
    """What the test of a health check (`CMD` with words, `CMD-SHELL` with a script) does."""
    try:
        return _script(test[1], lookup) if test[0] == "CMD-SHELL" else _command(list(test[1:]), lookup)
    except RecursionError:  # A variable may hold a script that runs the variable.
        return Probe(unclear=_SCRIPT)


def _script(text: str, lookup: Lookup) -> Probe:
    programs: list[str] = []
    requests: list[Request] = []
    run: list[Ending | str] = []
    hung: list[Ending | str] = []
    looks, spare, fed, options = False, "", False, False
    if "$(" in text or "`" in text:
        return Probe(unclear="its script judges the output of another command")
    parts = split(text.replace("\\\n", " "))
    if ending([part if isinstance(part, str) else Ending(0) for part in parts]) is None:
        return Probe(unclear=_SCRIPT)
    for command in parts:
        if isinstance(command, str):
            run.append(command)
            hung.append(command)
            continue
        words = [word for token in command.words if (word := expanded(token, lookup)) is not None]
        if len(words) < len(command.words):
            return Probe(unclear="a variable of the container decides what it asks")
        part = _command(words, lookup)
        if any(
            "/dev/tcp/" in target or (target.isdigit() and target not in ("0", "1", "2")) for target in command.targets
        ):
            part = Probe(looks_only=True)
        if part.unclear:
            return part
        programs += part.programs
        looks = looks or part.looks_only
        options = options or words[:1] == ["set"]
        spare = spare or (part.spare or next(iter(part.programs), "sh") if part.looks_only or part.spare else "")
        requests += [each._replace(fails=each.fails or command.piped) for each in part.requests]
        worst = _at_worst(part, words)
        if worst is None:
            return Probe(unclear=_SCRIPT)
        # Where the proxy hangs, its process and its port are there, and what searches a list of them finds it.
        found = part.looks_only or bool(part.spare) or (fed and not worst.exits and not part.requests)
        fed = found and command.piped
        run.append(worst)
        hung.append(Ending(0) if found else worst)
    status = ending(run)
    if status and not requests and not looks:
        return Probe(unclear=_SCRIPT)
    ignored = status == 0 and bool(requests or looks)
    spare = spare if requests and ending(hung) == 0 and not ignored else ""
    unclear = _OPTIONS if options and (ignored or spare) else ""
    return Probe(tuple(programs), tuple(requests), looks and not requests, spare, ignored, unclear)


def _at_worst(part: Probe, words: list[str]) -> Ending | None:
    """How a command ends where the proxy does not answer; None where it is not understood."""
    words = words[_leading(words) :]
    if part.requests or part.looks_only:
        return Ending(0 if part.ignored else 1)
    program, arguments = words[0].rpartition("/")[2], words[1:]
    if program == "exit":
        stated = "".join(arguments[:1])
        if stated in ("", "$?"):
            return Ending(None, True)
        return Ending(int(stated) % 256, True) if _STATUS_CODE.fullmatch(stated) else None
    told = program == "jq" and any(word in ("--exit-status", "-e") for word in arguments)
    return Ending(0 if program in _SUCCEEDS and not told else 1)


def _command(words: list[str], lookup: Lookup) -> Probe:
    leading = _leading(words)
    found = _program(words[leading:], lookup)
    if any("_proxy=" in word.lower() for word in words[:leading]):
        # It has variables of its own for whatever proxies there are.
        return found._replace(requests=tuple(request._replace(obeys=()) for request in found.requests))
    return found


def _program(words: list[str], lookup: Lookup) -> Probe:
    if not words or words[0] in _GRAMMAR or words[0].startswith("-"):
        return Probe(unclear=_SCRIPT)
    program = words[0].rpartition("/")[2]
    if words[0] in _SHELLS:
        script = next((at for at, word in enumerate(words[1:], 1) if word.startswith("-") and word.endswith("c")), None)
        if script is None or script + 1 >= len(words):
            return Probe(unclear="it runs a script that is not read here")
        part = _script(words[script + 1], lookup)
        # Options such as -e make a script fail where it would go on.
        own = words[1 : script + 1] != ["-c"]
        return part._replace(unclear=_OPTIONS) if own and (part.ignored or part.spare) else part
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


def _leading(words: list[str]) -> int:
    """How many words only lead to the command, the options of `timeout` among them."""
    at, timed = 0, False
    while at < len(words) and (_is_prefix(words[at]) or (timed and words[at].startswith("-"))):
        timed = timed or words[at] == "timeout"
        at += 2 if timed and words[at] in ("-s", "-k", "--signal", "--kill-after") else 1
    return at


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
    past = "--no-proxy" in options or any(_WGET_PAST.fullmatch(word) for word in words)
    return _asked("wget", operands, head, True, () if past else ("http_proxy",))


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
    if _OWN_PROXIES.search(code) and not _PAST_PROXIES.search(code):
        return Probe((program,), unclear="which proxies its code goes through is not understood")
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
