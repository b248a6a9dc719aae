"""What is a secret: names whose values are, and how credentials look inside of other texts.

The one list of the whole project. The patterns mean the same to Python and to PostgreSQL, and ignore case: the kinds
and the engine take them from here (`kinds/reader.py`, `repo/install.py`).
"""

from __future__ import annotations

import re

PLACEHOLDER = "{secret}"

_WORDS = (
    "passw|passphrase|passcode|secret|token|credential|bearer|cookie|private_?key|priv_?key|pwd"
    "|(?:api|access|account|client|encryption|master|service|shared|signing|storage)[-_ ]?key"
)
_SHORT = "pw|pass|pin|sas|jwt|otp|pat|hmac|sig"

NAMES = f"{_WORDS}|scram_|(?:^|[^a-z])(?:{_SHORT})(?:[^a-z]|$)"
"""Names of options, settings and parameters whose values are secrets."""

_HARMLESS = (
    "password_encryption|password_required|scram_iterations|use_scram_passthrough"
    "|authors?|auth_delay|authentication_timeout"
)

OPTION_NAMES = f"^(?!(?:{_HARMLESS})$).*(?:{NAMES}|auth|private)"
"""The same for options and settings, where words that are common elsewhere mean a secret too."""

USERINFO = r"(://[^\s:/?#@'\"]*:)[^\s'\"]*@"
"""What stands before the password in the address of a URI, and the password."""

_PREFIX = (
    rf"(?:^|[^a-z0-9_.-])(?:[a-z0-9_.-]*(?:{_WORDS})[a-z0-9_.-]*|(?:[a-z0-9_.-]*[0-9_.-])?(?:{_SHORT}))['\"]?\s*[=:]\s*"
)

QUOTED = rf'({_PREFIX}")(?:[^"\\]|\\.)*'
"""What stands before a secret in double quotes, and the secret."""

PARAMETER = (
    rf"({_PREFIX})(?:'(?:[^'\\]|\\.)*'?|\{{[^}}]*\}}?"
    rf"|(?:[^\s&;,'\"\\{{]|\\.)(?:[^\s&;,\\]|\\.|[&;,](?![a-z0-9_.-]+=))*)"
)
"""The same of a parameter in a URI or a connection string."""

BLOCK = (
    r"-----begin [^-]*-----(?:[^-]|-[^-]|--[^-]|---[^-]|----[^-])*(?:-----end [^-]*-----)?"
    r"|a[ks]ia[0-9a-z]{16}|gh[opsur]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|glpat-[0-9a-z_-]{20,}"
    r"|[rs]k_(?:live|test)_[0-9a-z]{10,}|sk-[0-9a-z_-]{20,}|xox[abeprs]-[0-9a-z-]{10,}|aiza[0-9a-z_-]{35}"
    r"|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]+(?:\.[0-9a-z_-]+)?|npm_[0-9a-z]{30,}|pypi-[0-9a-z_-]{30,}|hf_[0-9a-z]{30,}"
    r"|(?:bearer|basic)\s+[0-9a-z._~+/-]{8,}=*"
)
"""Keys and tokens that are known by their form."""

_OPTION_NAMES, _USERINFO, _QUOTED, _PARAMETER, _BLOCK = (
    re.compile(pattern, re.IGNORECASE | re.ASCII) for pattern in (OPTION_NAMES, USERINFO, QUOTED, PARAMETER, BLOCK)
)


def is_secret(name: str) -> bool:
    """Whether the value of an option or setting of this name is a secret."""
    return _OPTION_NAMES.search(name) is not None


def masked(text: str, instead: str = PLACEHOLDER) -> str:
    """Return a text with the credentials inside of it replaced.

    Args:
        text: an address, a connection string, a document or anything else.
        instead: what stands for each.
    """
    text = _USERINFO.sub(lambda found: f"{found[1]}{instead}@", text)
    text = _QUOTED.sub(lambda found: f"{found[1]}{instead}", text)
    text = _PARAMETER.sub(lambda found: f"{found[1]}{instead}", text)
    return _BLOCK.sub(lambda _: instead, text)


def patterns() -> dict[str, str]:
    """Return the patterns as literals of SQL, by the words that stand for them in our SQL files."""
    named = {
        "secret_names": NAMES, "secret_option_names": OPTION_NAMES, "secret_userinfo": USERINFO,
        "secret_quoted": QUOTED, "secret_parameter": PARAMETER, "secret_block": BLOCK,
    }  # fmt: skip
    return {name: "'" + pattern.replace("'", "''") + "'" for name, pattern in named.items()}
