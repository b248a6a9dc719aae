"""What a new owner was granted on the other side: an owner has all rights, so the grant says nothing any more.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

import json

from pggit.core.state import State


def without_grants_to_owners(made: State, base: State, ours: State, theirs: State) -> None:
    """Leave out the grants to the role that one side made the owner, where that side has none to it.

    Args:
        made: the merged state, which is changed.
        base, ours, theirs: what it was merged of.
    """
    for group, members in made.groups.items():
        if members == base.groups.get(group):
            continue
        for key in [key for key in members if key.startswith("owner ")]:
            exact = members[key]
            giving = [side.groups[group] for side in (ours, theirs) if side.groups.get(group, {}).get(key) == exact]
            if base.groups.get(group, {}).get(key) == exact or not giving:
                continue
            grant = f"acl {json.loads(made.blobs[exact])['role']} on {key.removeprefix('owner ')}"
            if any(grant not in side for side in giving):
                members.pop(grant, None)
