"""Files of allowed signers, as ssh-keygen(1) describes them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from pggit.core.allowed_signers import parse_allowed_signers, signers_of
from pggit.core.errors import UsageError
from pggit.core.sshsig import key_line, string

A, B = (string(b"ssh-ed25519") + string(bytes([n]) * 32) for n in (1, 2))
KEY_A, KEY_B = key_line(A), key_line(B)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_lines_of_all_forms():
    ann, bob, both, authority, quoted = parse_allowed_signers(
        f"# who may sign\n\nann@example.com {KEY_A} ann's laptop\n"
        f'bob@example.com namespaces="pggit,file*",valid-before="20260101Z" {KEY_B}\n'
        f'"ann@example.com,bob@example.com" valid-after="202606011200Z" {KEY_A}\n'
        f"*@example.com cert-authority {KEY_B}\n"
        f'  carl@example.com NAMESPACES="a \\"b\\", c",valid-after="20260601120000Z" {KEY_A}\n',
        "file",
    )
    assert (ann.principals, ann.public, ann.namespaces, ann.valid_after) == ("ann@example.com", A, None, None)
    assert (bob.namespaces, bob.valid_before) == ("pggit,file*", datetime(2026, 1, 1, tzinfo=UTC))
    assert (both.principals, both.valid_after) == ("ann@example.com,bob@example.com", NOW)
    assert authority.is_authority
    assert quoted.valid_after == NOW
    every = (ann, bob, both, authority, quoted)
    assert signers_of(every, A) == [ann, both, quoted]
    assert signers_of(every, B) == [bob]  # and not the authority


@pytest.mark.parametrize(
    ("options", "namespace", "problem"),
    [
        ("", "pggit", None),
        ('namespaces="pggit"', "pggit", None),
        ('namespaces="pggit"', "pggit-anchor", "may not sign for pggit-anchor"),
        ('namespaces="pggit*,!pggit-anchor"', "pggit-approval", None),
        ('namespaces="pggit*,!pggit-anchor"', "pggit-anchor", "may not sign"),
        ('namespaces="git,p??it"', "pggit", None),
        ('namespaces="p.git"', "pggit", "may not sign"),
        ('valid-after="20260602Z"', "pggit", "not valid yet"),
        ('valid-after="20260601Z"', "pggit", None),
        ('valid-before="20260601Z"', "pggit", "no longer valid"),
        ('valid-before="20260602Z"', "pggit", None),
        ('valid-after="20260101Z",valid-before="20270101Z"', "pggit", None),
    ],
)
def test_when_and_for_what_a_key_counts(options, namespace, problem):
    (one,) = parse_allowed_signers(f"ann {options} {KEY_A}", "file")
    found = one.problem(namespace, NOW)
    assert (found is None) if problem is None else (found is not None and problem in found)


def test_a_time_without_a_zone_is_local():
    (one,) = parse_allowed_signers(f'ann valid-after="20260101" {KEY_A}', "file")
    assert one.valid_after == datetime(2026, 1, 1).astimezone()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ann", "there is no key"),
        ("ann ssh-ed25519", "no public key"),
        (f"ann ssh-rsa {base64.b64encode(A).decode()}", "no public key of type ssh-rsa"),
        (f'ann namespace="x" {KEY_A}', "no option"),
        (f"ann namespaces {KEY_A}", "not written as it must be"),
        (f'ann valid-after="soon" {KEY_A}', "soon is no time"),
        (f'ann valid-after="20261301" {KEY_A}', "no time"),
        (f'ann valid-after="20260101",valid-after="20270101" {KEY_A}', "not written as it must be"),
        (KEY_A, "there is no key"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_its_line(line, message):
    with pytest.raises(UsageError, match=message) as caught:
        parse_allowed_signers(f"ann {KEY_A}\n{line}\n", "signers")
    assert caught.value.message.startswith("signers, line 2: ")
