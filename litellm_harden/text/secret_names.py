"""Which names hold secrets: variables, keys of YAML mappings, command-line options, setting addresses."""

from __future__ import annotations

import re

from litellm_harden.text.patterns import pattern

_STRONG = "SECRET|PASSWORD|PASSWD|PASSPHRASE|SALT|WEBHOOK|CREDENTIAL|REQUIREPASS|MASTERAUTH"
_VARIABLE = pattern(
    rf"KEY|TOKEN(?!S)|{_STRONG}|(?:^|_)(?:DSN|PWD|PAT)(?:_|$)|(?:^|_)AUTH(?:_(?:HEADERS?|STRING|VALUE|\d+))?$|PASS(?:_|$)"
)
_KEY = pattern(
    rf"(?:KEY|TOKEN|(?:{_STRONG})S?|API_?KEYS|(?:^|_)(?:DSN|PASS|PWD|PAT|AUTHORIZATION))(?:_?(?:ID|VALUE|URL|BASE64|\d+))*$"
)
_HARMLESS = pattern(r"PER_TOKEN|_(?:FILE|PATH|PREFIX)$|^(?:ENV|ENVIRONMENT|IMAGEPULL)SECRETS$")
_WORDS = pattern("KEYCLOAK|VALKEY|TIKTOKEN|TOPOLOGYKEY|MONKEY")
"""Words that hold KEY or TOKEN and mean neither."""
_OFTEN = ("TOKEN", "SECRET", "PASSWORD", "WEBHOOK", "CREDENTIALS")
_MISSPELT_KEY = ("KEYY", "KKEY", "KEEY", "KYE", "EKY", "KEU", "KET", "LEY")


def is_secret_name(name: str) -> bool:
    """Whether a value under this name is a secret.

    An environment variable (upper case) is, wherever it says KEY, TOKEN and the like; a key of a mapping only where it
    ends so, since LiteLLM has many settings such as `key_management_system`.
    """
    upper = _WORDS.sub("", name.upper().replace("-", "_"))
    if _HARMLESS.search(upper):
        return False
    return (_VARIABLE if name.isupper() else _KEY).search(upper) is not None or _is_misspelt(upper)


def _is_misspelt(name: str) -> bool:
    """Whether the last word of a name is a secret's with one slip: the value is no less secret for it."""
    last = name.rpartition("_")[2]
    if "_" in name and last in _MISSPELT_KEY:
        return True
    return any(
        abs(len(last) - len(word)) < 2 and last not in (f"{word}S", "TAKEN") and _is_slip(last, word) for word in _OFTEN
    )


def _is_slip(written: str, meant: str) -> bool:
    """Whether one character too many, too few or wrong, or two that changed places, tell two words apart."""
    if written[:1] != meant[0]:
        return False
    at = next(
        (n for n, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), min(len(written), len(meant))
    )
    one, other = written[at:], meant[at:]
    return one[1:] in (other, other[1:]) or one == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def is_secret_address(address: str) -> bool:
    """Whether a setting address names a secret, itself or as a part of one (`…webhook_url.spend`)."""
    _, _, path = address.partition(":")
    return any(is_secret_name(part.lstrip("-")) for part in re.split(r"[.\[\]]", path) if part)
