"""Push and fetch: history from one repository to another, by hash."""

from pggit.repo.share.exchange import fetch, push
from pggit.repo.share.results import Moved, Shared

__all__ = ["Moved", "Shared", "fetch", "push"]
