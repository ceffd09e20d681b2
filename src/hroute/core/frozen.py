"""The decorator of hroute's values: frozen, slotted dataclasses that are quick to make.

`dataclass` compiles six methods for each class, which took a tenth of a short command's time. Comparing,
hashing and printing are the same for all classes, and are written here once.
"""

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """As `@dataclass(frozen=True, slots=True)`, but all fields are compared and printed."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # dataclass would inspect the signature for it
    made = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    for method in (_eq, _hash, _repr):
        setattr(made, f"_{method.__name__}__", method)
    return made


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _content(self) == _content(other)


def _hash(self: Any) -> int:
    return hash(_content(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self))
    return f"{self.__class__.__qualname__}({shown})"


def _content(one: Any) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in one.__match_args__)
