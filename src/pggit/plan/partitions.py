"""New partitions of tables that are there already: made alone, with their indexes, and then attached.

``CREATE TABLE … PARTITION OF`` would make indexes of names that PostgreSQL chooses, and lock the parent for longer.
https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pggit.core.identity import split_on
from pggit.kinds import Object, Render
from pggit.kinds.not_null import told_inherited, usual_name
from pggit.plan.action import Action

if TYPE_CHECKING:
    from pggit.plan.build import Actions

_INHERITED = ("inherited", "local")


class Joining:
    """The partitions that are made alone and attached.

    Attributes:
        standing: key of the new table → key of its parent.
    """

    def __init__(self, actions: Actions) -> None:
        self.actions = actions
        self.standing: dict[str, str] = {}
        for group in sorted(actions.anew.made):
            if not group.startswith("table ") or group not in actions.after.state.groups:
                continue
            definition = actions.after.state.definition(group, group)
            parent = f"table {definition.get('partition_of')}"
            stays = parent in actions.before.state.groups and parent not in actions.anew.gone
            if stays or (parent in actions.after.state.groups and self._named_otherwise(group, parent)):
                self.standing[group] = parent

    def _named_otherwise(self, group: str, parent: str) -> bool:
        """Whether a NOT NULL that a partition has from its parent has not the name of the parent's (since 18)."""
        after = self.actions.after
        above = after.columns(parent)
        for bare, key in after.columns(group).items():
            told: Any = self.actions.object(after, key).definition.get("not_null")
            if not told_inherited(told) or bare not in above:
                continue
            parents = self.actions.object(after, above[bare]).definition.get("not_null")
            usual = usual_name(parent.removeprefix("table "), bare)
            if told["name"] != (parents["name"] if isinstance(parents, dict) else usual):
                return True
        return False

    def create(self, group: str, keys: list[str], render: Render) -> None:
        """Add the actions that make one partition and attach it."""
        actions, parent = self.actions, self.standing[group]
        members = [self._alone(obj) for obj in render.group]
        members += self._checks(group, parent)
        alone = Render(members, render.major, (), render.apart)
        by_key = {obj.key: obj for obj in members}
        ordered = sorted(by_key, key=lambda key: (key != group, not key.startswith("column "), key))
        before = len(actions.all)
        for key in ordered:
            if key in keys or key not in actions.after.group_of:
                actions.create(key, group, alone, by_key[key])
        made = actions.all[before:]
        head = actions.object(actions.after, group)
        sql = [
            f"alter table {head.definition['partition_of']} attach partition {head.identity} {head.definition['bound']}"
        ]
        attach = actions.add(Action("alter", group, group, head, head, sql))
        actions.attached[group] = attach
        actions.edges += [
            (action, attach) for action in made if action.kind in ("table", "column", "constraint", "index")
        ]
        # what the attached partition inherits is there only then
        actions.edges += [(attach, action) for action in made if action.kind in ("trigger",)]

    def _alone(self, obj: Object) -> Object:
        definition: dict[str, Any] = dict(obj.definition)
        if obj.kind == "table":
            definition.pop("partition_of")
            definition.pop("bound")
        elif obj.kind == "column":
            for key in _INHERITED:
                definition.pop(key, None)
            if told_inherited(definition.get("not_null")):  # it keeps its name when it is attached
                definition["not_null"] = {"name": definition["not_null"]["name"]}
        elif obj.kind in ("constraint", "index"):
            definition.pop("parent", None)
        return Object(obj.kind, obj.identity, definition)

    def _checks(self, group: str, parent: str) -> list[Object]:
        """The parent's CHECK constraints, which a table must have to be attached."""
        table = group.removeprefix("table ")
        found = []
        for obj in self.actions.scene.after(parent):
            if obj.kind == "constraint" and obj.definition["type"] == "check" and not obj.definition.get("no_inherit"):
                constraint, _ = split_on(obj.identity)
                found.append(Object("constraint", f"{constraint} on {table}", obj.definition))
        return found
