"""Values that everyone knows or that stand for a value still to come: examples of the documentation, placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACEHOLDER = r"""(?x)
      (?<![a-z0-9]) (?:
          your [-_/\ ]? (?:slack|webhook|hook|secret|token|key|url|path)+
        | change [-_\ ]? (?:me|this|it) | replace [-_\ ]? (?:me|this|it|with) | placeholder
        | example\.(?:com|org|net) | x{3,} | t0+/b0+
      ) (?![a-z0-9])
    | <[a-z][a-z0-9_./\ -]{2,}> | \.\.\. | …
    """
_OWN_WORDS = r"(?<![a-z0-9])(?:your(?:own|team|workspace)*|dummy|todo)(?![a-z0-9])"
"""What may also be a word of somebody's own host or path."""
_SLACK = "hooks.slack.com"
_DIGITS = "1234567890" * 8
_WORDS = """
    sk my your the this that a an for in with here to of not non no none new some any value something
    litellm llm lite proxy gateway server app api admin user root postgres redis default
    master salt key keys secret token password passwd pass hash hex openssl rand random generate generated
    change me changeme changethis replace insert put enter set todo placeholder dummy fake example sample
    test testing tests dev development local demo prod production secure strong safe desired custom abc abcdef
"""
_PASSWORDS = """
    db pg pw pwd psql sql database postgresql llmproxy openai ollama webui simple only easy qwerty letmein welcome
    monkey dragon hello super goes docker compose username superuser hunter ai
"""
_SPELT = str.maketrans("@$01345", "asoieas")
_MOST_DIGITS, _LONGEST_GUESS, _LONGEST_WORD = 4, 64, 24


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a value still to come: `YOUR/WEBHOOK/URL`, `<token>`, `xxx`, `changeme`, …"""
    text = text.lower()
    if re.search(_PLACEHOLDER, text):
        return True
    return ("://" not in text or _SLACK in text) and re.search(_OWN_WORDS, text) is not None


def is_example(key: str) -> bool:
    """Whether a key or password is one that everyone knows: `sk-1234` and its like, words alone, a placeholder.

    An empty text is none. LiteLLM's own pages show `sk-1234` for the master key and the salt key alike.
    """
    text = key.strip("\"' ").lower()
    bare = text.removeprefix("sk-")
    if is_placeholder(text) or (bare and len(set(bare)) == 1):
        return True
    parts, words = re.findall("[a-z0-9]+", text), set(_WORDS.split())
    return bool(parts) and all(part in words or _DIGITS.startswith(part) for part in parts)


def is_guessable(password: str, names: Iterable[str] = ()) -> bool:
    """Whether a password is among the first that are tried: a user's or service's name, common words, either of them
    with a few digits behind it, or a row of digits alone. `names` are those of the user and the database.
    """
    text = password.strip("\"' ").lower()[:_LONGEST_GUESS]
    bare = "".join(filter(str.isalnum, text))
    ending = len(bare) - len(bare.rstrip("0123456789"))
    known = {*_WORDS.split(), *_PASSWORDS.split(), *(name.lower() for name in names if name)}
    if is_example(text) or _DIGITS.startswith(bare):
        return True
    stem = bare[: len(bare) - ending] if ending <= _MOST_DIGITS else bare
    return _of_words(stem, known) or _of_words("".join(filter(str.isalnum, text.translate(_SPELT))), known)


def _of_words(text: str, words: set[str]) -> bool:
    """Whether a text is words of two letters or more, one after the other."""
    ends = {0}
    for start in range(len(text)):
        if start in ends:
            stops = range(start + 2, min(start + _LONGEST_WORD, len(text)) + 1)
            ends |= {stop for stop in stops if text[start:stop] in words}
    return bool(text) and len(text) in ends
