"""Text that other people wrote, made visible: what would steer a terminal, or would not be seen, is written out.

Control characters, bidirectional controls and invisible characters become ``\\n``, ``\\x1b``, ``\\u202e``. Letters of
any script, combining marks and wide characters stay.
"""

from __future__ import annotations

import re

# Categories Cc, Cf, Cs, Zl and Zp, and the other code points that are ignored when text is drawn
# (Default_Ignorable_Code_Point). tests/core/test_shown.py compares this with what unicodedata knows.
_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ANY = re.compile(f"[{_HIDDEN}]")
HIDDEN_IN_LINES = re.compile(rf"(?![\n\t])[{_HIDDEN}]")
"""What is written out of text of several lines."""
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def shown(text: str) -> str:
    """Return a text on one line, with every control and invisible character written out."""
    return _ANY.sub(_written, text)


def shown_lines(text: str) -> list[str]:
    """Return a text of several lines as lines, in which tabs are blanks and the rest is as `shown` has it.

    Lines end with a newline and with nothing else that Unicode takes for one.
    """
    return HIDDEN_IN_LINES.sub(_written, text.expandtabs()).split("\n")


def comment(text: str) -> str:
    """Return a text as a comment of SQL: whatever is in it, it ends with the line."""
    return f"-- {shown(text)}"


def _written(found: re.Match[str]) -> str:
    character = found[0]
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
