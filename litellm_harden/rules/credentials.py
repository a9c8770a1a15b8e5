"""Which texts are secrets that somebody uses: credentials as providers make them, passwords as people do.

It errs on the side of silence: what may be an example, a placeholder or a word for a local server is no secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.litellm.examples import is_example, is_guessable, is_placeholder
from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_name

SHORTEST = 8
"""Characters of a secret; what is shorter is not looked at."""
_LONGEST = 8192
"""Characters; a longer text is no key."""
_RUN, _KEY = 12, 16
"""Characters that stand together in a random key, and that it has in all."""
_KINDS = 8
"""Different characters that a random key has at least."""
_SOME, _MUCH = 0.2, 0.4
"""How mixed a text made by chance is at least: where much of it stands together, and where it is cut up."""

_HARMLESS = ("_ID", "_NAME", "_URI", "_HOST", "_USER", "_USERNAME", "_ALIAS", "_VERSION", "_REGION")
"""How names end whose values are no secrets, though the rest of the name says so."""
_CHOSEN = ("PASSWORD", "PASSWD", "PASSPHRASE", "_PASS", "_PWD", "MASTER_KEY", "SALT_KEY")
"""How names end whose values people make up themselves."""
_STORES = ("/", "~", ".", "arn:", "ENC[", "vault:")
_FILLED_IN = ("://", "${", "{{", "$(", "***")
_FILES = (".json", ".pem", ".key", ".crt", ".txt")
"""How paths and references to a store of secrets begin, what they hold, and how they end: no secrets themselves."""
_FAKE = ("example", "placeholder", "dummy", "fake", "your", "change", "replace", "insert", "redacted", "sample")
_FAKE_WORDS = {"test", "tests", "testing", "mock", "local", "demo"}
_REPEATED = 5
"""Times that one character follows itself in no random key."""
_HINTS = ("KEY", "TOKEN", "SECRET", "PASS", "PWD", "SALT", "HOOK", "CREDENTIAL", "AUTH", "DSN")
"""What every name of a secret holds one of."""
_STARTS = ("sk-", "gsk_", "xai-", "hf_", "gh", "glpat-", "xox", "AIza", "pplx-", "Bearer ")
_SHAPE = pattern(
    r"sk-(?:ant|proj|or-v1|svcacct)-[\w-]{20,}|sk-[A-Za-z0-9]{32,}|gsk_\w{40,}|xai-\w{40,}|hf_[A-Za-z]{30,}"
    r"|gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{20,}|AIza[\w-]{35}|pplx-\w{40,}"
)
_WEBHOOK = pattern(
    r"https://(?:hooks\.slack\.com/services/\w+/\w+/|discord(?:app)?\.com/api/webhooks/\d+/)([\w-]{16,})/?"
)
_PRIVATE_KEY = pattern(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?:\\n)?\s*[A-Za-z0-9+/]{40}")
_SCHEME = pattern(r"(?i)(?:bearer|basic|token|api-key) +")


def is_credential(name: str, value: str) -> bool:
    """Whether `value`, written under `name` (of a variable, of a key of the config), is a secret in use."""
    if not SHORTEST <= len(value) <= _LONGEST or value.startswith(REFERENCE):
        return False
    if "PRIVATE KEY-----" in value:
        return _PRIVATE_KEY.search(value) is not None
    if "://" in value:
        return ("@" in value or "hooks" in value) and _is_secret_url(value)
    bare, upper = value.strip("\"' "), name.upper().replace("-", "_")
    if not bare.startswith(_STARTS) and not any(hint in upper for hint in _HINTS):
        return False
    if " " in bare:
        bare = _SCHEME.sub("", bare, count=1)
    if not _is_random(bare):
        return upper.endswith(_CHOSEN) and _is_password(bare, [])
    if is_secret_name(name):
        return not _is_harmless(upper)
    return _SHAPE.fullmatch(bare) is not None


def login(url: str) -> tuple[str, str]:
    """The password and the user that a url holds, as written; empty texts where it holds none."""
    rest = url.strip("\"' ").partition("://")[2]
    place = rest.partition("/")[0].partition("?")[0]
    user, _, password = place.rpartition("@")[0].partition(":")
    return password, user


def _is_secret_url(url: str) -> bool:
    match = _WEBHOOK.fullmatch(url) if "hooks" in url else None
    if match is not None:
        return _is_random(match[1])
    password, user = login(url)
    return _is_password(password, [user])


def _is_harmless(name: str) -> bool:
    return "PUBLIC" in name or "PUBLISHABLE" in name or name.rstrip("0123456789").endswith(_HARMLESS)


def _is_random(text: str) -> bool:
    """Whether a text looks like made by chance: long enough, letters and digits mixed, no row of either."""
    plain = "".join(filter(str.isalnum, text))
    digits = "".join(filter(str.isdigit, plain))
    if len(plain) < _KEY or len(digits) < 2 or len(set(plain.lower())) < _KINDS or " " in text:
        return False
    runs = ["".join(run) for alnum, run in groupby(text, str.isalnum) if alnum]
    by_run = any(len(run) >= _RUN and _alternation(run) >= _SOME for run in runs)
    if not by_run and (max(map(len, runs)) < SHORTEST or _alternation(plain) < _MUCH):
        return False
    letters = "".join(filter(str.isalpha, plain)).lower()
    return not (_is_row(digits) or _is_row(letters) or _is_elsewhere(text) or _is_fake(text))


def _is_row(text: str) -> bool:
    """Whether most characters follow the one before them, as in abcdef and 123123."""
    follows = sum(ord(after) - ord(before) == 1 for before, after in zip(text, text[1:], strict=False))
    return len(text) > 3 and follows * 3 > (len(text) - 1) * 2


def _alternation(text: str) -> float:
    """How often, per character, small letters, capitals and digits give way to each other: seldom in words."""
    kinds = ["d" if char.isdigit() else "u" if char.isupper() else "l" for char in text]
    return sum(before != after for before, after in zip(kinds, kinds[1:], strict=False)) / len(text)


def _is_elsewhere(text: str) -> bool:
    return text.startswith(_STORES) or text.endswith(_FILES) or any(part in text for part in _FILLED_IN)


def _is_fake(text: str) -> bool:
    lower = text.lower()
    if any(part in lower for part in _FAKE) or any(char * _REPEATED in text for char in set(text)):
        return True
    words = "".join(char if char.isalnum() else " " for char in lower).split()
    return not _FAKE_WORDS.isdisjoint(words) or is_placeholder(text)


def _is_password(text: str, names: Iterable[str]) -> bool:
    """Whether a text is a password that somebody made up, and not one that everyone tries first."""
    if len(text) < SHORTEST or _is_elsewhere(text) or _is_fake(text):
        return False
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum() and char not in "-_.")
    mixed = sum(any(map(kind, text)) for kind in kinds) > 1
    if _is_row("".join(filter(str.isdigit, text))) and _is_row("".join(filter(str.isalpha, text)).lower()):
        return False
    return mixed and not is_example(text) and not is_guessable(text, names)
