"""What one source file says about settings, without having looked at any other file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from litellm_harden.record import Record


class Parameter(Record):
    """A parameter of the functions called `function`, in whichever file: what is passed there decides what it holds."""

    function: str
    name: str


class Constant(Record):
    """The text, or the texts, that a constant of that name holds."""

    name: str


class Filled(Record):
    """The text `f"{before}…{after}"` with what a parameter or constant holds between."""

    before: str
    middle: Parameter | Constant
    after: str


Root: TypeAlias = "str | Parameter"
"""What a mapping is: a section by its name, or whatever a parameter holds."""

Key: TypeAlias = "str | Parameter | Constant | Filled"
"""What it is asked for."""


class Named(Record):
    """A setting with what its declaration or reading tells: its type and default as text, and the line."""

    name: str
    type: str | None
    default: str | None
    line: int


class Read(Record):
    """A key asked of a mapping."""

    root: Root
    key: Key
    default: str | None
    line: int


class Passed(Record):
    """An argument of a call: its place (a number, a name, or ** for all its keys) and what it holds."""

    function: str
    place: int | str
    value: Root | Key
    is_key: bool
    line: int


class Function(Record):
    """The parameters of a function; without self or cls."""

    parameters: tuple[Named, ...]


class Model(Record):
    """A class: the names of its bases, its annotated fields, and the texts assigned in its body (an enumeration's)."""

    bases: tuple[str, ...]
    fields: tuple[Named, ...]
    texts: tuple[Named, ...]


@dataclass
class Facts:
    """All that is said by one file."""

    reads: list[Read] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    functions: dict[str, list[Function]] = field(default_factory=lambda: defaultdict(list))
    models: dict[str, Model] = field(default_factory=dict)
    constants: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    """Names of the module or of a class with the texts that their value contains."""
    adapters: dict[str, list[str]] = field(default_factory=dict)
    """`A = TypeAdapter(C)`: the classes that A validates."""
    module: list[Named] = field(default_factory=list)
    """Names that the module itself has: assigned or imported by name."""
    stars: list[str] = field(default_factory=list)
    """Modules that it imports everything from."""
    attributes: list[Named] = field(default_factory=list)
    """Attributes of the module `litellm` that it uses."""
    environment: list[Read] = field(default_factory=list)
    """Variables read from the environment, with "" for the root."""
    prefixes: list[tuple[str, Key]] = field(default_factory=list)
    """Classes whose fields are variables, and what their names start with: pydantic's `env_prefix`."""
    compared: list[tuple[str, Named]] = field(default_factory=list)
    """A variable's name and a text that it is compared with."""
