"""OpenSSH's signatures as bytes: what is written is read, and nothing else is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.core import sshsig
from pggit.core.sshsig import Fields, SshSignature, Unreadable

_NAMES = st.text(st.characters(codec="utf-8"), max_size=12)
_SIGNATURES = st.builds(
    SshSignature,
    public=st.builds(lambda name, rest: sshsig.string(name.encode()) + rest, _NAMES, st.binary(max_size=80)),
    namespace=_NAMES,
    reserved=st.binary(max_size=8),
    hash=st.sampled_from(sshsig.HASHES),
    algorithm=_NAMES,
    value=st.binary(max_size=100),
)


@given(_SIGNATURES)
def test_what_is_written_is_read(signature):
    text = sshsig.armored(signature)
    assert sshsig.parse(text) == signature
    assert sshsig.parse(text.replace("\n", "\r\n")) == signature
    assert sshsig.parse(text.rstrip("\n")) == signature
    assert all(len(line) <= 70 for line in text.splitlines())


@given(_SIGNATURES, st.data())
def test_a_text_with_another_byte_is_refused_or_another_signature(signature, data):
    text = sshsig.armored(signature)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=127).filter(lambda c: c != text[at]))
    try:
        read = sshsig.parse(text[:at] + other + text[at + 1 :])
    except Unreadable:
        return
    assert read != signature


@given(_SIGNATURES, st.binary(min_size=1, max_size=9))
def test_what_is_longer_or_shorter_is_refused(signature, more):
    blob = base64.b64decode("".join(sshsig.armored(signature).splitlines()[1:-1]))
    begin, *_, end = sshsig.armored(signature).splitlines()
    for wrong in (blob + more, blob[: -len(more)]):
        with pytest.raises(Unreadable):
            sshsig.parse("\n".join([begin, base64.b64encode(wrong).decode(), end, ""]))


@pytest.mark.parametrize(
    "text", ["", "nonsense", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
             "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
             "-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n"],
)  # fmt: skip
def test_nonsense_is_refused(text):
    with pytest.raises(Unreadable):
        sshsig.parse(text)


@given(st.integers(0, 1 << 600))
def test_numbers(value):
    assert Fields(sshsig.mpint(value)).mpint() == value
    with pytest.raises(Unreadable):
        Fields(sshsig.string(b"\0" + sshsig.mpint(value)[4:])).mpint()


def test_what_is_signed_differs_by_namespace_hash_and_payload():
    made = {
        sshsig.signed_data(b"a", "n"),
        sshsig.signed_data(b"a", "m"),
        sshsig.signed_data(b"b", "n"),
        sshsig.signed_data(b"a", "n", hash="sha256"),
        sshsig.signed_data(b"a", "n", reserved=b"x"),
    }
    assert len(made) == 5
    # by hand, from PROTOCOL.sshsig
    assert sshsig.signed_data(b"", "n").startswith(b"SSHSIG\0\0\0\1n\0\0\0\0\0\0\0\6sha512\0\0\0\x40\xcf\x83\xe1")


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5"]
)
def test_what_is_no_public_key(line):
    with pytest.raises(Unreadable):
        sshsig.key_of_line(line)
