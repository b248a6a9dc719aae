"""What can be the name of a branch or tag; the same rule as the engine's ``pggit.is_ref_name``.

It is that of git-check-ref-format(1), without characters that are not seen, and without what a state expression means
otherwise: a full hash, the beginning of the full name of a ref, a connection string.
"""

from __future__ import annotations

import re

_LONGEST = 255
_TAKEN = frozenset({"HEAD", "@", "work", "empty"})
_REFUSED = re.compile(
    r"[~^:?*\[\\]|\.\.|@\{|//|^[-/]|[/.]\Z|(?:^|/)\.|\.lock(?:/|\Z)"
    # spaces, controls, what is invisible or turns the direction of a text, private use, no characters at all
    "|[\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
    r"|(?:^|/)(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})\Z|^(?:refs|heads|tags|remotes|stash|replay)/|^[0-9A-Za-z_]+="
)


def is_ref_name(name: str) -> bool:
    """Whether a text can be the name of a branch or tag, without ``heads/`` or ``tags/``."""
    size = len(name.encode("utf-8", "surrogatepass"))
    return 0 < size <= _LONGEST and name not in _TAKEN and not _REFUSED.search(name)
