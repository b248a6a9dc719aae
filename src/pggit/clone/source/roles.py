"""Roles that the owners and grants of a copied database name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pggit.core.errors import PermissionDenied, SqlFailed

_NO_SUCH_OBJECT = "42704"


@contextmanager
def role_explained() -> Iterator[None]:
    """Say what to do where a role is not there, or the current one may not give something to another.

    Raises:
        SqlFailed, PermissionDenied: with a hint.
    """
    try:
        yield
    except PermissionDenied as error:
        raise PermissionDenied(error.message, hint=error.hint or "--no-owner leaves owners and grants out.") from error
    except SqlFailed as error:
        if error.sqlstate != _NO_SUCH_OBJECT:
            raise
        hint = "make the role, or --no-owner leaves owners and grants out."
        raise SqlFailed(error.message, hint=hint, sqlstate=error.sqlstate) from error
