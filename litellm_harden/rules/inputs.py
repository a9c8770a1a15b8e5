"""What only the owner knows: the names that rules ask for (`--set NAME=VALUE`) and what their values must look like."""

from __future__ import annotations

from litellm_harden.deployment.compose import units
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.litellm.examples import is_example, is_guessable, is_placeholder

SALT, MASTER, WEBHOOK, CPUS, MEMORY = "LITELLM_SALT_KEY", "LITELLM_MASTER_KEY", "SLACK_WEBHOOK_URL", "cpus", "memory"
NEW = "new"
"""What stands for a key that is made there and then."""
STRONG = 16
"""Characters of a key that cannot be guessed, without its `sk-`."""
UNRESOLVED = "is a reference that nothing resolves"


def made(name: str, word: str) -> str:
    """The value that a word stands for: `new` for a salt or master key, else the word itself."""
    if name in (SALT, MASTER) and word == NEW:
        from secrets import token_hex

        return f"sk-{token_hex(32)}"
    return word


def misfit(name: str, value: str) -> str:
    """Why a value cannot be taken for a name, without repeating it; "" where it can. No blank value can."""
    if not value.strip():
        return "the value is empty"
    if not value.isprintable():
        return "the value is not one line of text"
    if name == WEBHOOK and webhook_fault(value):
        return "takes the URL that Slack made for your channel"
    if name == SALT and salt_fault(value):
        return "that key is an example, which everybody knows"
    if name == MASTER and (fault := master_fault(value)):
        return f"that key {fault}"
    if name == CPUS and not units.cpus(value):
        return "takes a number of CPUs, such as 4 or 1.5"
    if name == MEMORY and (value.isdigit() or not units.memory(value)):
        return "takes a size with its unit, such as 16g"
    return ""


def webhook_fault(url: str) -> str:
    """What is wrong with a webhook as far as one can see, as the end of a clause; "" where nothing is."""
    text = url.strip("\"' ")
    if is_placeholder(text):
        return "is a placeholder"
    if text.startswith(REFERENCE):
        return UNRESOLVED
    return "" if url.startswith(("https://", "http://")) else "is no URL"


def salt_fault(key: str) -> str:
    """What is wrong with a salt, as the end of a clause; "" where nothing is. LiteLLM takes an empty one for set."""
    if not key.strip():
        return "is blank, which counts as set" if key else "is empty, which counts as set"
    return "is an example that everybody knows" if is_example(key) else ""


def master_fault(key: str) -> str:
    """What is wrong with a master key, as the end of a clause; "" where nothing is."""
    bare = key.strip("\"' ").removeprefix("sk-")
    if not bare:
        return "is empty"
    if is_example(key):
        return "is an example that everybody knows"
    if is_guessable(bare):
        return "is made of words that are tried first"
    return "" if len(bare) >= STRONG else f"has only {len(bare)} characters besides sk-"
