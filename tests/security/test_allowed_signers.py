"""Which lines of a file of allowed signers let a key count: the same as OpenSSH says, for each form of line."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.errors import UsageError
from pggit.repo.signing import check, load_signer

PAYLOAD = b"pggit commit\n"

LINES = [
    "ann@example.com KEY",
    "bob@example.com KEY",
    "bob@example.com,ann@example.com KEY",
    "*@example.com KEY",
    "*@example.com,!ann@example.com KEY",
    "!ann@example.com,*@example.com KEY",
    "!bob@example.com KEY",
    "???@example.com KEY",
    "ann KEY",
    "ANN@example.com KEY",
    '"ann@example.com" KEY',
    '"ann@example.com,bob@example.com" KEY',
    "ann@example.com,, KEY",
    'ann@example.com namespaces="pggit" KEY',
    'ann@example.com namespaces="pggit-anchor" KEY',
    'ann@example.com namespaces="pggit*" KEY',
    'ann@example.com namespaces="pggit*,!pggit-anchor" KEY',
    'ann@example.com namespaces="!pggit" KEY',
    'ann@example.com namespaces="PGGIT" KEY',
    'ann@example.com namespaces="" KEY',
    'ann@example.com valid-after="20260601Z" KEY',
    'ann@example.com valid-before="20260601Z" KEY',
    'ann@example.com valid-after="20260601120000Z" KEY',
    'ann@example.com valid-before="202606011200Z" KEY',
    'ann@example.com valid-after="20260601" KEY',
    'ann@example.com valid-before="202606011300" KEY',
    'ann@example.com valid-after="20260501Z",valid-before="20260701Z" KEY',
    'ann@example.com valid-after="20260501Z",valid-before="20260701Z",namespaces="pggit" KEY',
    "ann@example.com cert-authority KEY",
    'ann@example.com cert-authority,namespaces="pggit" KEY',
    "# ann@example.com KEY",
    "  ann@example.com   KEY  of ann",
    "bob@example.com KEY\nann@example.com KEY",
    'ann@example.com valid-before="20200101Z" KEY\nann@example.com KEY',
    'ann@example.com namespaces="git" KEY\nann@example.com KEY',
    "ann@example.com OTHER\nann@example.com KEY",
    "ann@example.com OTHER",
]  # fmt: skip

REFUSED = [
    'ann@example.com valid-after="2026-06-01" KEY',
    'ann@example.com valid-after="20261399Z" KEY',
    'ann@example.com valid-after="20260701Z",valid-before="20260601Z" KEY',
    "ann@example.com unknown-option KEY",
    'ann@example.com namespaces="a",namespaces="b" KEY',
    'ann@example.com namespaces="pggit KEY',
    "ann@example.com ssh-ed25519 AAAA",
]

MOMENTS = ["20260531235959", "20260601000000", "20260601115959", "20260601120000", "20260601120001", "20260801000000"]


@pytest.fixture(scope="module", autouse=True)
def zone() -> Iterator[None]:
    """Times without a zone are local: one that is not UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


class Key:
    """A key, another one, and signatures by the first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in ("key", "other"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / name], check=True)
        signer = load_signer(directory / "key")
        self.line, self.other = signer.public, load_signer(directory / "other").public
        self.signatures = {name: signer.sign(PAYLOAD, name) for name in ("pggit", "pggit-anchor")}
        for name, armored in self.signatures.items():
            (directory / name).write_text(armored)

    def text(self, lines: str) -> str:
        return lines.replace("KEY", self.line).replace("OTHER", self.other) + "\n"

    def openssh(self, lines: str, namespace: str, principal: str, moment: str) -> bool:
        (self.directory / "allowed").write_text(self.text(lines))
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", self.directory / "allowed", "-I", principal, "-n", namespace,
             "-s", self.directory / namespace, "-O", f"verify-time={moment}Z"],
            input=PAYLOAD, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return Key(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("lines", LINES)
def test_a_key_counts_where_openssh_says_so(key: Key, lines: str) -> None:
    allowed = parse_allowed_signers(key.text(lines), "file")
    moments = MOMENTS if "valid" in lines else MOMENTS[:1]
    for namespace, principal, moment in itertools.product(
        ("pggit", "pggit-anchor"), ("ann@example.com", "bob@example.com"), moments
    ):
        at = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        found = check(PAYLOAD, namespace, key.signatures[namespace], allowed, at=at, principal=principal)
        assert found.good == key.openssh(lines, namespace, principal, moment), (namespace, principal, moment)


@pytest.mark.parametrize("lines", REFUSED)
def test_a_line_that_openssh_does_not_understand_is_refused(key: Key, lines: str) -> None:
    assert not key.openssh(lines, "pggit", "ann@example.com", MOMENTS[0])
    with pytest.raises(UsageError, match="file, line 1: "):
        parse_allowed_signers(key.text(lines), "file")


def test_a_signature_for_one_purpose_counts_for_no_other(key: Key) -> None:
    allowed = parse_allowed_signers(key.text("ann@example.com KEY"), "file")
    assert check(PAYLOAD, "pggit", key.signatures["pggit-anchor"], allowed).status == "bad"


def test_names_in_quotes_cannot_hide_another_line(key: Key) -> None:
    """A line ends at the line feed and nowhere else."""
    for character in ("\x0b", "\x0c", "\x1c", "\x85", "\u2028"):
        text = key.text(f"# comment{character}ann@example.com KEY")
        assert parse_allowed_signers(text, "file") == ()
