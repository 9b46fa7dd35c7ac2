"""Values of a few named fields, for what a hook imports: `dataclasses` would cost it 20 modules."""

from __future__ import annotations

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from typing_extensions import dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**_):  # noqa: ANN003, ANN201, D103
        return lambda decorator: decorator


@dataclass_transform(frozen_default=True)
def record(kind: type[T]) -> type[T]:
    """The class with a constructor for its annotated fields, and equality by them.

    Fields are given in order or by name; one without a default has to be given, else TypeError.
    """
    names = tuple(kind.__annotations__)
    defaults = {name: vars(kind)[name] for name in names if name in vars(kind)}

    def __init__(self: Any, *given: object, **named: object) -> None:  # noqa: ANN401, N807
        fields = {**defaults, **dict(zip(names, given)), **named}  # noqa: B905 - counted below
        if len(given) > len(names) or fields.keys() != set(names):
            raise TypeError(f"{kind.__name__} takes {', '.join(names)}")
        self.__dict__.update(fields)

    def __eq__(self: Any, other: object) -> bool:  # noqa: ANN401, N807
        return type(other) is kind and self.__dict__ == other.__dict__

    def __hash__(self: Any) -> int:  # noqa: ANN401, N807
        return hash(tuple(self.__dict__[name] for name in names))

    def __repr__(self: Any) -> str:  # noqa: ANN401, N807
        return f"{kind.__name__}({', '.join(f'{n}={self.__dict__[n]!r}' for n in names)})"

    for method in (__init__, __eq__, __hash__, __repr__):
        setattr(kind, method.__name__, method)
    return kind


def replace(value: T, **changes: object) -> T:
    """A record like that one but for those fields."""
    return type(value)(**{**value.__dict__, **changes})
