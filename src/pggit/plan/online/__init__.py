"""Changes of tables that hold rows, made so that nobody waits for long: one file a technique.

A technique is a module of this folder with ``online(action, scene)``, which returns the statements that take the place
of the action's own, or None where it has nothing better.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from pggit.plan.action import Action, Scene
from pggit.plan.model import Statement
from pggit.plan.relations import STORED

Technique = Callable[[Action, Scene], list[Statement] | None]


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Return the statements by which an action is done online; None where the plain ones will do.

    Actions must be given in the order in which they run: what one has made NOT NULL (``scene.settled``) the next
    need not.

    Args:
        action: what is to be done. Its ``sql`` is what the kinds write.
        scene: where it happens.
    """
    if not action.group.startswith(STORED) or not scene.holds_rows(action.group):
        return None
    if action.group in scene.rebuilt | scene.anew:  # nobody else gets at it
        return None
    for technique in techniques():
        found = technique(action, scene)
        if found is not None:
            return found
    return None


@cache
def techniques() -> tuple[Technique, ...]:
    """Return all techniques, by name of their module."""
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return tuple(module.online for module in modules if hasattr(module, "online"))
