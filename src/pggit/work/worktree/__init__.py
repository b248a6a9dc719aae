"""Worktrees: clones of a tracked database, each on a branch of its own, which know what they are a clone of.

Origin and worktree are databases of one server. The label of a worktree has the number of its origin, so that either
finds the other: the origin by looking for labels with its own.
"""

from pggit.work.worktree.add import add
from pggit.work.worktree.drop import drop_clone, prune, remove
from pggit.work.worktree.look import Worktree, origin_of, worktrees

__all__ = ["Worktree", "add", "drop_clone", "origin_of", "prune", "remove", "worktrees"]
