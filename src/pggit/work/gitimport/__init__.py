"""The history of a git repository of SQL files, taken in: the counterpart of `gitmirror.py`.

`source.py` reads git, `known.py` says what is here, `states.py` makes states of files, `refs.py` moves branches, and
`take.py` has the order of things.
"""

from pggit.work.gitimport.take import GitImported, Want, import_git

__all__ = ["GitImported", "Want", "import_git"]
