"""What differs between two definitions, and options written as ALTER takes them."""

from __future__ import annotations

from collections.abc import Mapping

from pggit.kinds.ddl import literal, name, option
from pggit.kinds.kind import Definition


def differing(old: Definition, new: Definition) -> set[str]:
    """Return the keys in which two definitions differ; those that begin with ``_`` are no difference to act on."""
    return {key for key in old.keys() | new.keys() if not key.startswith("_") and old.get(key) != new.get(key)}


def options_changed(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[str]:
    """Write the actions that change storage parameters: ``set (fillfactor='70')``, ``reset (autovacuum_enabled)``."""
    old, new = old or {}, new or {}
    given = [f"{option(key)}={literal(value)}" for key, value in new.items() if old.get(key) != value]
    gone = [option(key) for key in old if key not in new]
    actions = [f"set ({', '.join(given)})"] if given else []
    return [*actions, f"reset ({', '.join(gone)})"] if gone else actions


def fdw_options_changed(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[str]:
    """Write the action that changes the options of a foreign object: ``options (add a 'x', set b 'y', drop c)``."""
    old, new = old or {}, new or {}
    said = [f"drop {name(key)}" for key in old if key not in new]
    for key, value in new.items():
        if old.get(key) != value:
            said.append(f"{'set' if key in old else 'add'} {name(key)} {literal(value)}")
    return [f"options ({', '.join(said)})"] if said else []
