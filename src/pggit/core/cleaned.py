"""Texts that people write, cleaned as git cleans them: the engine's ``06_clean.sql`` does the same."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)
_MAIL = re.compile(r"(.*)<([^<>]*)>")
_NO_NAME = " .,:;\"\\'"


def clean_message(message: str) -> str:
    """Return a message without control characters, blanks at the end of lines, empty lines at its ends."""
    return _BLANKS.sub("", _without_controls(message)).strip("\n")


def clean_line(line: str) -> str:
    """Return a text as one line."""
    return re.sub(r"[\n\t]+", " ", _without_controls(line)).strip(" ")


def clean_author(author: str) -> str:
    """Return an author as ``NAME`` or ``NAME <MAIL>``, on one line, without other ``<`` and ``>``."""
    line = clean_line(author)
    parts = _MAIL.fullmatch(line)
    name = (parts[1] if parts else line).translate({ord("<"): None, ord(">"): None}).strip(_NO_NAME)
    mail = parts[2].strip(" ") if parts else None
    if not name:
        return mail or "unknown"
    return name if mail is None else f"{name} <{mail}>"


def _without_controls(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))
