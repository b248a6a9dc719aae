"""What a kind of object is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pggit.kinds.identities import Identity
    from pggit.kinds.shape import Check

Definition = Mapping[str, Any]


class Merge(Enum):
    """How two changes of one key of a definition are put together."""

    SCALAR = "scalar"
    SET = "set"
    SEQUENCE = "sequence"
    LINES = "lines"


SCALAR, SET, SEQUENCE, LINES = Merge.SCALAR, Merge.SET, Merge.SEQUENCE, Merge.LINES


@dataclass(frozen=True, slots=True)
class Object:
    """One object of a schema: kind, identity, definition (ARCHITECTURE, "Objects")."""

    kind: str
    identity: str
    definition: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The object's key, ``kind identity``."""
        return f"{self.kind} {self.identity}"


class Render:
    """What a kind may ask for while it writes an object as DDL: the other objects of its group, the server's version.

    A kind that writes other objects along (a table its columns) adds their keys to ``written``.

    Args:
        group: the group's objects as they shall be.
        major: major version of the server that the statements are for.
        before: the group's objects as they are, where an object is altered.
        apart: keys of objects that `create` must not write along, because they are made later (a default that calls a
            function on the table's own type).
        parents_defaults: bare names of the columns that have a default in a parent; None where that is not known.
    """

    def __init__(
        self,
        group: Sequence[Object] = (),
        major: int = 18,
        before: Sequence[Object] = (),
        apart: Collection[str] = (),
        parents_defaults: Collection[str] | None = None,
    ) -> None:
        self.group = group
        self.major = major
        self.before = before
        self.apart = apart
        self.parents_defaults = parents_defaults
        self.written: set[str] = set()

    def was(self, key: str) -> Object | None:
        """Return the group's object of this key as it is before."""
        return next((obj for obj in self.before if obj.key == key), None)

    def of(self, kind: str) -> list[Object]:
        """Return the group's objects of one kind."""
        return [obj for obj in self.group if obj.kind == kind]

    def get(self, key: str) -> Object | None:
        """Return the group's object of this key."""
        return next((obj for obj in self.group if obj.key == key), None)

    @property
    def head(self) -> Object:
        """The head of the group: the table of an index.

        Raises:
            LookupError: if the group has no head.
        """
        from pggit.kinds import kinds

        for obj in self.group:
            if kinds()[obj.kind].head:
                return obj
        raise LookupError("the group has no head")


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        name: as users see it, ``materialized view``.
        catalog: the catalog of the group's head (``pg_class`` for a column).
        head: whether objects of this kind stand at the head of a group.
        merge: for each key of a definition, how two changes of it are merged.
        named: how its identities are spelled.
        shape: what its definitions are made of; a definition that is of another shape is never written as DDL.
        create: returns the statements, without semicolons, that make the object from its identity and definition.
        optional: read only when asked for (roles, subscriptions).
        source: file stem of the ``.sql`` that reads it; several kinds may share one (function and procedure). Empty
            where `reading.sql` reads it along with what it hangs on (owner, comment).
        more: further sources that read objects of this kind or what hangs on them, each with the catalog of the
            group's head.
        finish: returns the statements that can only run once the objects are there on which it depends both ways
            (a sequence's owner, a table's replica identity); they run after all objects are created.
        renames: whether PostgreSQL can rename such an object within its group.
        alter: given the object as it is and as it shall be (one identity, definitions that differ), returns the
            statements that change it in place, or None where it must be dropped and created. What else it changes
            along (a retyped column its default) it adds to ``render.written``. Absent: every change makes it anew.
        drop: returns the statements that drop the object; absent: ``drop <words of its key>``.
        disturbs: whether PostgreSQL refuses this alteration in place while views, policies, triggers and the like
            use the object, so that these are dropped before and made again after.
        agrees: whether an identity and a definition can be those of one object, where both say the same thing.
    """

    name: str
    catalog: str
    merge: Mapping[str, Merge]
    named: Identity
    shape: Check
    create: Callable[[Object, Render], list[str]]
    source: str
    head: bool = False
    optional: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[Object, Render], list[str]] | None = None
    renames: bool = False
    alter: Callable[[Object, Object, Render], list[str] | None] | None = None
    drop: Callable[[Object, Render], list[str]] | None = None
    disturbs: Callable[[Object, Object], bool] | None = None
    agrees: Callable[[str, Definition], bool] | None = None
