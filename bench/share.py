"""A long history pushed to another database, and then one commit more; the same signed and verified."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import pggit
from bench.timing import Row, elapsed
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.repo.repository import Repository
from pggit.repo.share import fetch, push
from pggit.repo.signing import load_signer, sign_commits, verify

_COMMITS = 2000


def measure(url: str, other: str, tables: int) -> Iterator[Row]:
    """Yield the rows of sharing; the database at ``url`` is tracked, the one at ``other`` is empty."""
    with pggit.open(url) as here, pggit.open(other) as there:
        there.init()
        here.status()
        here.commit("measured before", allow_empty=True)
        for n in range(_COMMITS):
            here.connection.execute(f"comment on table public.t_{1 + n % 100} is 'the {n}th'".encode())
            here.connection.execute("select pggit.commit('one change')")
        note = f"{_COMMITS} commits of one change each"
        all_of_it = elapsed(lambda: push(here, there, "other", {"heads/copy": "heads/main"}))
        yield Row("push of a whole history", tables, all_of_it, "s", 30, note)
        here.connection.execute("comment on table public.t_1 is 'once more'")
        here.commit("one more")
        one = elapsed(lambda: push(here, there, "other", {"heads/copy": "heads/main"}))
        yield Row("push of one commit more", tables, one * 1000, "ms", 500, note)
        nothing = elapsed(lambda: fetch(there, here, "other"))
        yield Row("fetch where all is there", tables, nothing * 1000, "ms", 500, note)
        yield from _signatures(here, tables, note)


def _signatures(here: Repository, tables: int, note: str) -> Iterator[Row]:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "key"
        file.write_bytes(key)
        signer = load_signer(file)
    allowed = parse_allowed_signers(f"bench {signer.public}", "bench")
    hashes = [commit.hash for commit in here.log()]
    made = elapsed(lambda: sign_commits(here, hashes, signer))
    yield Row("sign of each commit", tables, made, "s", 10, note)
    found = elapsed(lambda: verify(here, (), allowed))
    yield Row("verify of a whole history", tables, found, "s", 10, note)
