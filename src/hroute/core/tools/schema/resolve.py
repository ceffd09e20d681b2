"""Where a `$ref` leads inside its own document, by names, addresses and anchors; nothing is ever fetched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hroute.core.tools.schema.dialects import Dialect

Path = tuple[str, ...]


class UnresolvableError(Exception):
    """The reference leads out of the document, or nowhere."""


class References:
    """Finds what references lead to, as paths. The document must not change while it is in use."""

    def __init__(self, document: Any, dialect: "Dialect") -> None:
        self._document, self._dialect = document, dialect
        self._paths: dict[int, Path] = {}
        self._root: Any = None

    def target(self, reference: str, around: Sequence[dict[str, Any]]) -> tuple[Path, Any]:
        """Where the reference leads and what is there; no path leads to true, false and other plain values.

        `around` are the schemas that it stands in, from the outermost. Raises UnresolvableError.
        """
        found = self._looked_up(reference, around)
        if not isinstance(found, dict):
            return (), found
        if not self._paths:
            self._note_paths()
        if id(found) not in self._paths:  # one of the drafts' own schemas, which referencing knows
            raise UnresolvableError
        return self._paths[id(found)], found

    def _looked_up(self, reference: str, around: Sequence[dict[str, Any]]) -> Any:
        from referencing import Registry
        from referencing.exceptions import CannotDetermineSpecification, Unresolvable

        specification = self._dialect.specification
        try:
            if self._root is None:
                root = specification.create_resource(self._document)
                self._root = Registry().resolver_with_root(root)
            resolver = self._root
            for schema in around[1:]:
                resolver = resolver.in_subresource(specification.create_resource(schema))
            return resolver.lookup(reference).contents
        except (Unresolvable, CannotDetermineSpecification, LookupError, ValueError) as exc:
            raise UnresolvableError from exc
        except (AttributeError, TypeError, RecursionError) as exc:  # of a part that is no schema at all
            raise UnresolvableError from exc

    def _note_paths(self) -> None:
        pending: list[tuple[Any, Path]] = [(self._document, ())]
        while pending:
            value, path = pending.pop()
            if isinstance(value, dict):
                self._paths[id(value)] = path
                pending += ((inner, (*path, name)) for name, inner in value.items())
            elif isinstance(value, list):
                pending += ((inner, (*path, str(i))) for i, inner in enumerate(value))
