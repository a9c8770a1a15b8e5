"""A Record is a named tuple in all that its users see."""

from __future__ import annotations

import pickle

import pytest

from litellm_harden.record import Record


class Point(Record):
    """A place."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Both."""
        return self.x + self.y


def test_it_has_fields_defaults_and_methods() -> None:
    point = Point(1)
    assert (point.x, point.y, point.sum) == (1, 2, 3)
    assert point == (1, 2) == Point(x=1)
    assert point._replace(y=5) == Point(1, 5)
    assert Point._fields == ("x", "y")
    assert repr(point) == "Point(x=1, y=2)"
    assert Point.__doc__ == "A place."
    assert Point.__module__ == __name__
    assert pickle.loads(pickle.dumps(point)) == point


def test_it_is_as_strict_as_a_named_tuple() -> None:
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Point(1).x = 2  # type: ignore[misc]
