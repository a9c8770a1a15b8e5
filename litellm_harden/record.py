"""Named tuples for the hundred small classes that a start of `lh` makes: each takes a third of the time to make.

To a type checker and to its users a `Record` is a `typing.NamedTuple`: annotations are its fields, the values behind
them its defaults. Only nothing looks at the annotations when the class is made, which is what takes the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import namedtuple

    class _Maker(type):
        def __new__(cls, name, bases, namespace):  # noqa: ARG004
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace[field] for field in fields if field in namespace]
            made = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            for key, value in namespace.items():
                if key not in fields:
                    setattr(made, key, value)
            return made

    Record = type.__new__(_Maker, "Record", (), {})
