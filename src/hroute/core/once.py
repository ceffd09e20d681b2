"""A part of an object that is made when it is first used, once, whichever thread comes first."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class Once(Generic[T]):
    """What `once` makes of a method; the part takes its place in the object.

    As functools.cached_property, which has no lock from Python 3.12 on and one for all objects before it.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        made = instance.__dict__
        with made.setdefault(f"{self._name} lock", RLock()):
            if self._name not in made:
                made[self._name] = self._make(instance)
            part: T = made[self._name]
            return part


def once(make: Callable[[Any], T]) -> Once[T]:
    """A property that is made on first use and kept; a failure is not kept."""
    return Once(make)
