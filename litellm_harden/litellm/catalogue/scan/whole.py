"""All files of a release together: what is passed to whom, and so which keys are asked of which section."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from litellm_harden.litellm.catalogue.scan.facts import (
    Constant,
    Facts,
    Filled,
    Function,
    Key,
    Model,
    Named,
    Parameter,
    Passed,
    Root,
)

Place = tuple[str, Named]
"""A name and the file that it stands in."""

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*[a-z]")
_COMMON = 8
"""A function's name that so many functions have tells nothing about which one is called."""


class Whole:
    """The facts of all files, by the path of each."""

    def __init__(self, files: Mapping[str, Facts]) -> None:
        self.files = files
        self._functions: defaultdict[str, list[tuple[str, Function]]] = defaultdict(list)
        self._models: defaultdict[str, list[tuple[str, Model]]] = defaultdict(list)
        self._constants: defaultdict[str, list[Place]] = defaultdict(list)
        self._passed: defaultdict[str, list[Passed]] = defaultdict(list)
        for path, facts in files.items():
            for name, functions in facts.functions.items():
                self._functions[name] += [(path, function) for function in functions]
            for name, model in facts.models.items():
                self._models[name].append((path, model))
            for name, texts in facts.constants.items():
                self._constants[name] += [(path, text) for text in texts]
            for passed in facts.passed:
                self._passed[passed.function].append(passed)
        self._direct: dict[Parameter, tuple[frozenset[str], frozenset[Parameter]]] = {}

    def fields(self, model: str, seen: frozenset[str] = frozenset()) -> Iterator[Place]:
        """The fields of the classes of that name, then those of their bases."""
        for path, found in self._models.get(model, ()):
            yield from ((path, field) for field in found.fields)
            for base in found.bases:
                if base not in seen and base != model:
                    yield from self.fields(base, seen | {model})

    def words(self, model: str) -> Iterator[Place]:
        """The texts of an enumeration's members."""
        return ((path, text) for path, found in self._models.get(model, ()) for text in found.texts)

    def texts(self, constant: str) -> Iterator[Place]:
        """The texts within the value of a module's or class's constant of that name."""
        return iter(self._constants.get(constant, ()))

    def parameters(self, function: str, path: str = "") -> Iterator[Place]:
        """The parameters of the functions of that name; of a class: what it is made from. `path` picks a file."""
        for place, found in self._functions.get(function, ()):
            if place == path or not path:
                yield from ((place, parameter) for parameter in found.parameters)

    def module_names(self) -> Iterator[Place]:
        """What the module `litellm` has by itself, and what any file asks of it."""
        main = self.files["__init__.py"]
        places = [("__init__.py", named) for named in main.module]
        if any(star.endswith("constants") for star in main.stars):
            places += [("constants.py", named) for named in self.files["constants.py"].module]
        for path, facts in self.files.items():
            places += [(path, named) for named in facts.attributes]
        return (place for place in places if not _CLASS.match(place[1].name))

    def reads(self, section: str, followed: bool) -> Iterator[Place]:
        """The keys that are asked of a section, and the fields of the classes that it is spread into.

        `followed`: also where it is passed to a function that calls it by a name of its own.
        """
        for path, facts in self.files.items():
            for read in facts.reads:
                if read.root == section or (followed and section in self._held(read.root)):
                    for key in self._keys(read.key):
                        yield path, Named(key, None, read.default, read.line)
            for passed in facts.passed:
                if passed.place == "**" and passed.value == section and not passed.is_key:
                    for model in (passed.function, *facts.adapters.get(passed.function, ())):
                        yield from self.fields(model)

    def _held(self, root: Root | Key) -> frozenset[str]:
        return self._reachable(root) if isinstance(root, Parameter) else frozenset((str(root),))

    def _keys(self, key: Key) -> Iterator[str]:
        if isinstance(key, Filled):
            yield from (f"{key.before}{text}{key.after}" for text in self._keys(key.middle))
        elif isinstance(key, Parameter):
            yield from sorted(self._reachable(key))
        elif isinstance(key, Constant):
            yield from sorted({text.name for _, text in self.texts(key.name) if text.name.isidentifier()})
        else:
            yield key

    def _default(self, default: str) -> Iterator[str]:
        """The text that a parameter holds where nothing is passed: a literal, or a constant by its name."""
        if default[:1] in ("'", '"'):
            yield default.strip("'\"")
        elif default.isupper():
            yield from self._keys(Constant(default))

    def variables(self) -> Iterator[Place]:
        """The variables that are read from the environment."""
        for path, facts in self.files.items():
            for read in facts.environment:
                for key in self._keys(read.key):
                    yield path, Named(key, None, read.default, read.line)
            for model, prefix in facts.prefixes:
                for text in self._keys(prefix):
                    for place, named in self.fields(model):
                        yield place, named._replace(name=f"{text}{named.name}".upper())

    def _reachable(self, parameter: Parameter) -> frozenset[str]:
        """All that is passed as that parameter, from whatever caller's own parameter it comes."""
        texts: set[str] = set()
        seen, waiting = {parameter}, [parameter]
        while waiting:
            direct, passed_on = self._given(waiting.pop())
            texts |= direct
            waiting += passed_on - seen
            seen |= passed_on
        return frozenset(texts)

    def _given(self, parameter: Parameter) -> tuple[frozenset[str], frozenset[Parameter]]:
        if parameter not in self._direct:
            self._direct[parameter] = self._look_up(parameter)
        return self._direct[parameter]

    def _look_up(self, parameter: Parameter) -> tuple[frozenset[str], frozenset[Parameter]]:
        functions = self._functions.get(parameter.function, ())
        if len(functions) > _COMMON:
            return frozenset(), frozenset()
        places: set[int | str] = {parameter.name}
        texts: set[str] = set()
        for _, function in functions:
            for at, named in enumerate(function.parameters):
                if named.name == parameter.name:
                    places.add(at)
                    texts.update(self._default(named.default or ""))
        passed_on: set[Parameter] = set()
        plain = parameter.function.rpartition(":")[2]
        names = (parameter.function,) if plain == parameter.function else (parameter.function, plain)
        for passed in (passed for name in names for passed in self._passed.get(name, ())):
            if passed.place in places and isinstance(passed.value, Parameter):
                passed_on.add(passed.value)
            elif passed.place in places:
                texts.update(self._keys(passed.value))
        return frozenset(texts), frozenset(passed_on)
