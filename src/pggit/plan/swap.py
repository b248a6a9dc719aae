"""Types that are made anew under the same name while columns use them: the values go through text.

The old type is renamed aside, the new one made, each column altered, then the old one dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.identity import quote, split_name, unquote
from pggit.kinds import Object
from pggit.kinds.range import along
from pggit.kinds.relation import relation_of
from pggit.kinds.target import words
from pggit.kinds.write import rename as write_rename
from pggit.plan.action import Action

if TYPE_CHECKING:
    from pggit.plan.build import Actions

ASIDE = "__pggit_old"
_LONGEST = 63


def aside(bare: str) -> str:
    """Return the name that an object has while its successor is made."""
    return bare[: _LONGEST - len(ASIDE)] + ASIDE


def cast_columns(actions: Actions) -> None:
    """Change the actions of types made anew, and add those that cast the columns."""
    for key in sorted(actions.anew.anew):
        if actions.is_type_swap(key):
            _put_aside(actions, key)
    for key in sorted(actions.anew.recast):
        _cast(actions, key)


def _put_aside(actions: Actions, key: str) -> None:
    drop = actions.takes[key]
    assert drop.old is not None
    *schema, bare = split_name(drop.old.identity)
    kept = aside(unquote(bare))
    sql = [f"alter {words(key)} rename to {quote(kept)}"]
    if drop.old.kind == "range":
        new = ".".join([*schema, quote(kept)])
        for pair in along(drop.old.identity, new, drop.old.definition, actions.scene.major):
            sql += write_rename(*pair)
    rename = Action("rename", drop.group, key, drop.old, None, sql)
    old_words = words(f"{drop.old.kind} {'.'.join([*schema, quote(kept)])}")
    drop.sql = [f"drop {old_words}"]
    drop.verb = "drop"
    actions.add(rename)
    actions.asides[key] = rename


def _cast(actions: Actions, key: str) -> None:
    """Write the column's type anew; a default of the old type would be in the way."""
    old, new = actions.object(actions.before, key), actions.object(actions.after, key)
    relation, column = relation_of(new.identity)
    default_key = f"default {new.identity}"
    had = default_key in actions.before.group_of
    default = actions.object(actions.after, default_key) if default_key in actions.after.group_of else None
    word = "foreign table" if actions.after.group_of[key].startswith("foreign table ") else "table"
    type_ = new.definition["type"]
    collation = f" collate {new.definition['collation']}" if "collation" in new.definition else ""
    sql = [f"alter {word} {relation} alter column {column} drop default"] if had else []
    sql.append(f"alter {word} {relation} alter column {column} type {type_}{collation} using {column}::text::{type_}")
    if default is not None:
        sql.append(f"alter {word} {relation} alter column {column} set default {default.definition['expression']}")
    _take_over(actions, key, old, new, sql, default_key)


def _take_over(actions: Actions, key: str, old: Object, new: Object, sql: list[str], default_key: str) -> None:
    further = actions.takes.get(key)
    rest = [line for line in (further.sql if further else []) if " type " not in line]
    stale = {
        id(action) for action in (further, actions.takes.get(default_key), actions.gives.get(default_key)) if action
    }
    actions.all = [action for action in actions.all if id(action) not in stale]
    keys = [key, default_key]
    action = Action("alter", actions.after.group_of[key], key, old, new, [*sql, *rest])
    actions.add(
        action,
        takes=[one for one in keys if one in actions.before.group_of],
        gives=[one for one in keys if one in actions.after.group_of],
    )
