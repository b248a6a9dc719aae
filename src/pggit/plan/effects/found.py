"""What is found out about one statement, piece by piece."""

from __future__ import annotations

from typing import Any

from pggit.kinds import kind_of_key
from pggit.kinds.ddl import name
from pggit.plan.action import Action, Scene
from pggit.plan.model import Hazard
from pggit.plan.relations import STORED

STRENGTH = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
"""Lock modes, the weakest first. https://www.postgresql.org/docs/current/explicit-locking.html"""

ROW_EXCLUSIVE, SHARE_UPDATE, SHARE, SHARE_ROW, EXCLUSIVE, ACCESS_EXCLUSIVE = STRENGTH[2:]

STRONG = frozenset(STRENGTH[4:])
"""The modes for which ordinary reading or writing must wait."""


class Found:
    """Locks, rewrites, scans, hazards of a statement.

    Args:
        action: what the statement is part of.
        scene: where it happens.
    """

    def __init__(self, action: Action, scene: Scene) -> None:
        self.action = action
        self.scene = scene
        self.locks: dict[str, str] = {}
        self.rewritten: set[str] = set()
        self.scanned: set[str] = set()
        self.hazards: list[Hazard] = []
        self.concurrently = False
        self.commits = False
        """Whether what it makes can only be used once it is committed."""
        self.slow = False
        """Whether it may take long though no relation that it locks tells so: CREATE MATERIALIZED VIEW."""

    def relation(self, range_var: Any) -> str | None:
        """Return the group of a relation that is there already, from the parser's RangeVar."""
        return self.relation_named(range_var.schemaname, range_var.relname)

    def relation_named(self, schema: str, bare: str) -> str | None:
        """Return the group of a relation that is there already, by its bare names."""
        qualified = f"{name(schema)}.{name(bare)}"
        return self.scene.relations.relation(qualified) or self._renamed()

    def index_named(self, schema: str, bare: str) -> str | None:
        """Return the group that has the index, where the group is there already; the index itself may be new."""
        qualified = f"{name(schema)}.{name(bare)}"
        group = self.scene.relations.index(qualified) or self.scene.relations_after.index(qualified)
        if group is None:
            return self._renamed()
        return None if self.scene.is_new(group) else group

    def _renamed(self) -> str | None:
        """What a renaming names is in the state by its new name."""
        if self.action.verb != "rename":
            return None
        return self.scene.relations.relation(kind_of_key(self.action.group)[1])

    def holds(self, group: str | None) -> bool:
        """Whether a group is a relation that may hold rows of its own."""
        return group is not None and group.startswith(STORED) and self.scene.holds_rows(group)

    def lock(self, group: str | None, mode: str) -> None:
        """Note a lock on a relation; nothing for a relation that is not there yet, or not there again."""
        if group is None or (group in self.scene.anew and self.action.verb == "create"):
            return
        before = self.locks.get(group)
        if before is None or STRENGTH.index(mode) > STRENGTH.index(before):
            self.locks[group] = mode

    def rewrite(self, group: str | None, why: str) -> None:
        """Note that a relation is written anew."""
        if group is None or not group.startswith(STORED):
            return
        self.rewritten.add(group)
        self.scanned.add(group)
        if self.holds(group):
            self.hazard("rewrite", f"{group} is written anew under {self.locks[group]}: {why}")

    def scan(self, group: str | None, why: str) -> None:
        """Note that all rows of a relation are read; under a strong lock that is a hazard."""
        if group is None or not group.startswith(STORED):
            return
        self.scanned.add(group)
        mode = self.locks.get(group, "")
        if self.holds(group) and mode in STRONG:
            self.hazard("long-lock", f"{group} is locked in mode {mode} while {why}")

    def build(self, group: str | None, what: str) -> None:
        """Note that an index is built over existing rows."""
        self.scan(group, f"{what} is built")
        if self.holds(group):
            self.hazard("index-build", f"{what} is built over the rows of {group}")

    def may_fail(self, group: str | None, why: str) -> None:
        """Note a check of existing rows."""
        if self.holds(group):
            self.hazard("may-fail", why)

    def loses(self, group: str | None, what: str) -> None:
        """Note that rows or values go, where there may be any."""
        if self.holds(group):
            self.lost(what)

    def lost(self, what: str) -> None:
        """Note that data goes for good."""
        self.hazard("data-loss", what)
        self.hazard("not-reversible", f"no statement brings back: {what}")

    def hazard(self, kind: str, message: str) -> None:
        """Note a hazard, once."""
        hazard = Hazard(kind, message)
        if hazard not in self.hazards:
            self.hazards.append(hazard)
