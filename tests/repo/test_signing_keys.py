"""Signing with keys of all types, checked with and against OpenSSH's own program."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.errors import NotFound, UsageError
from pggit.core.sshsig import armored, parse
from pggit.repo.signing import PassphraseNeeded, check, load_signer, read_allowed_signers

TYPES = {
    "ed25519": (),
    "rsa": ("-b", "3072"),
    "ecdsa": ("-b", "256"),
    "ecdsa384": ("-b", "384"),
    "ecdsa521": ("-b", "521"),
}
PAYLOAD = "pggit commit\n\N{SNOWMAN} text\n".encode()


def ssh_keygen(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run OpenSSH's program."""
    program = shutil.which("ssh-keygen")
    assert program, "these tests need ssh-keygen (package openssh-client)"
    return subprocess.run([program, *arguments], input=data, capture_output=True, check=False)


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "", *options: str) -> Path:
    """A private key made by OpenSSH."""
    of_type = "ecdsa" if kind.startswith("ecdsa") else kind
    done = ssh_keygen("-q", "-t", of_type, *TYPES[kind], *options, "-N", passphrase, "-C", "ann", "-f", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module", params=list(TYPES))
def key(request, tmp_path_factory) -> Path:
    """A private key of each type in turn."""
    return make_key(tmp_path_factory.mktemp("keys") / request.param, request.param)


@pytest.fixture(scope="module")
def signature(key) -> str:
    """A signature by it."""
    return load_signer(key).sign(PAYLOAD, "pggit")


@pytest.fixture(scope="module")
def ed25519(tmp_path_factory) -> Path:
    """A private key."""
    return make_key(tmp_path_factory.mktemp("keys") / "one")


def allowed_by(*keys: Path, options: str = "") -> tuple:
    return parse_allowed_signers("".join(f"ann@example.com {options} {public(key)}" for key in keys), "file")


def public(key: Path) -> str:
    return key.with_name(key.name + ".pub").read_text()


def test_openssh_accepts_what_is_signed_here(key, tmp_path):
    signer = load_signer(key)
    (tmp_path / "signature").write_text(signer.sign(PAYLOAD, "pggit"))
    (tmp_path / "allowed").write_text(f'ann@example.com namespaces="pggit" {public(key)}')

    def verify(namespace: str, data: bytes) -> int:
        return ssh_keygen(
            "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "ann@example.com", "-n", namespace,
            "-s", str(tmp_path / "signature"), data=data,
        ).returncode  # fmt: skip

    assert verify("pggit", PAYLOAD) == 0
    assert verify("pggit", PAYLOAD + b"x") != 0
    assert verify("pggit-approval", PAYLOAD) != 0
    assert signer.public.split() == public(key).split()[:2]
    assert signer.fingerprint in ssh_keygen("-l", "-f", str(key)).stdout.decode()


@pytest.mark.parametrize("options", [(), ("-O", "hashalg=sha256")])
def test_what_openssh_signs_is_accepted_here(key, tmp_path, options):
    (tmp_path / "text").write_bytes(PAYLOAD)
    done = ssh_keygen("-Y", "sign", "-f", str(key), "-n", "pggit", *options, str(tmp_path / "text"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "text.sig").read_text()
    assert armored(parse(text)) == text
    found = check(PAYLOAD, "pggit", text, allowed_by(key))
    assert found.good and found.principal == "ann@example.com" and found.problem is None
    assert found.fingerprint == load_signer(key).fingerprint
    assert check(PAYLOAD + b"x", "pggit", text, allowed_by(key)).status == "bad"


def test_namespaces_do_not_stand_for_one_another(ed25519):
    names = ("pggit", "pggit-approval", "pggit-anchor")
    signer, allowed = load_signer(ed25519), allowed_by(ed25519)
    for made in names:
        text = signer.sign(PAYLOAD, made)
        assert [name for name in names if check(PAYLOAD, name, text, allowed).good] == [made]
        other = next(name for name in names if name != made)
        assert "not for" in (check(PAYLOAD, other, text, allowed).problem or "")
    limited = allowed_by(ed25519, options='namespaces="pggit"')
    found = check(PAYLOAD, "pggit-anchor", signer.sign(PAYLOAD, "pggit-anchor"), limited)
    assert (found.status, found.problem) == ("unknown", "the key of ann@example.com may not sign for pggit-anchor")


def test_a_key_that_does_not_count_is_unknown(ed25519, tmp_path):
    other = make_key(tmp_path / "other")
    text = load_signer(other).sign(PAYLOAD, "pggit")
    for allowed in ((), allowed_by(ed25519), allowed_by(other, options="cert-authority")):
        found = check(PAYLOAD, "pggit", text, allowed)
        assert (found.status, found.principal, found.good) == ("unknown", None, False)
    both = allowed_by(other, options='valid-before="20260101Z"') + allowed_by(other, options='valid-after="20260201Z"')
    for month, good in ((1, False), (3, True)):
        assert check(PAYLOAD, "pggit", text, both, at=datetime(2026, month, 15, tzinfo=UTC)).good is good


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_signature_with_any_other_byte_is_refused(key, signature, data):
    assert check(PAYLOAD, "pggit", signature, allowed_by(key)).good
    at = data.draw(st.integers(0, len(signature) - 1))
    byte = data.draw(st.integers(0, 127).filter(lambda code: chr(code) != signature[at]))
    changed = signature[:at] + chr(byte) + signature[at + 1 :]
    assert not check(PAYLOAD, "pggit", changed, allowed_by(key)).good


def test_every_bit_of_the_signature_and_of_the_payload_counts(ed25519):
    text, allowed = load_signer(ed25519).sign(PAYLOAD, "pggit"), allowed_by(ed25519)
    signature = parse(text)
    for name in ("public", "value"):
        value = getattr(signature, name)
        for bit in range(len(value) * 8):
            flipped = bytearray(value)
            flipped[bit // 8] ^= 1 << bit % 8
            changed = {field: getattr(signature, field) for field in signature.__slots__} | {name: bytes(flipped)}
            try:
                other = armored(type(signature)(**changed))
            except ValueError:
                continue
            assert not check(PAYLOAD, "pggit", other, allowed).good
    for bit in range(len(PAYLOAD) * 8):
        flipped = bytearray(PAYLOAD)
        flipped[bit // 8] ^= 1 << bit % 8
        assert check(bytes(flipped), "pggit", text, allowed).status == "bad"


@pytest.mark.parametrize("form", ["openssh", "pkcs8"])
@pytest.mark.parametrize("passphrase", ["", "correct horse"])
def test_files_of_keys(tmp_path, form, passphrase):
    path = make_key(tmp_path / "key", "ed25519")
    if form == "pkcs8":
        _to_pkcs8(path, passphrase)
    elif passphrase:
        assert ssh_keygen("-p", "-q", "-P", "", "-N", passphrase, "-f", str(path)).returncode == 0
    expected = public(path).split()[1]
    assert load_signer(path, passphrase or None).public.split()[1] == expected
    if not passphrase:
        assert load_signer(path, "not needed").public.split()[1] == expected
        return
    with pytest.raises(PassphraseNeeded, match="protected by a passphrase"):
        load_signer(path)
    with pytest.raises(UsageError, match=r"passphrase of key .* is wrong") as caught:
        load_signer(path, "wrong")
    assert not isinstance(caught.value, PassphraseNeeded) and "wrong horse" not in str(caught.value)


def _to_pkcs8(path: Path, passphrase: str) -> None:
    """Write the same key as PEM."""
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_ssh_private_key(path.read_bytes(), None)
    protection = s.BestAvailableEncryption(passphrase.encode()) if passphrase else s.NoEncryption()
    path.write_bytes(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, protection))


def test_what_is_no_key_to_sign_with(tmp_path):
    path = make_key(tmp_path / "key")
    with pytest.raises(UsageError, match=r"key\.pub is a public key") as caught:
        load_signer(tmp_path / "key.pub")
    assert "without .pub" in (caught.value.hint or "")
    with pytest.raises(NotFound, match="there is no key"):
        load_signer(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot read key"):
        load_signer(tmp_path)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(UsageError, match="is no private key"):
        load_signer(tmp_path / "text")
    text = path.read_text()
    for wrong in (text[: len(text) // 2] + "\n-----END OPENSSH PRIVATE KEY-----\n", text.replace("b3Bl", "AAAA")):
        path.write_text(wrong)
        with pytest.raises(UsageError, match="no private key that can be read"):
            load_signer(path)
    weak = tmp_path / "weak"
    ssh_keygen("-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", str(weak))
    with pytest.raises(UsageError, match="cannot sign"):
        load_signer(weak)


def test_a_file_of_allowed_signers_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UsageError, match="cannot read the allowed signers"):
            read_allowed_signers(path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is not UTF-8"):
        read_allowed_signers(tmp_path / "bytes")
    assert read_allowed_signers(None) == ()


def test_without_the_library_it_is_said_how_to_get_it(ed25519, monkeypatch):
    text = load_signer(ed25519).sign(b"", "pggit")
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for call in (lambda: load_signer(ed25519), lambda: check(b"", "pggit", text, ())):
        with pytest.raises(UsageError, match="is not installed") as caught:
            call()
        assert caught.value.hint == "pip install 'pggit[sign]'"


@pytest.fixture
def agent(tmp_path_factory):
    """A running ssh-agent; yields its socket."""
    path = tmp_path_factory.mktemp("agent") / "s"
    program = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    while not path.exists():
        assert program.poll() is None
        time.sleep(0.01)
    yield path
    program.terminate()
    program.wait()


def test_an_agent_signs_with_keys_that_it_holds(key, tmp_path, agent):
    name = tmp_path / "key"
    shutil.copy(key, name)
    shutil.copy(f"{key}.pub", f"{name}.pub")
    with pytest.raises(UsageError, match="is a public key"):
        load_signer(f"{name}.pub", agent=agent)
    environment = {**os.environ, "SSH_AUTH_SOCK": str(agent)}
    subprocess.run(["ssh-add", "-q", name], env=environment, check=True)
    assert ssh_keygen("-p", "-q", "-P", "", "-N", "secret", "-f", str(name)).returncode == 0
    with pytest.raises(PassphraseNeeded):
        load_signer(name)
    for path in (name, f"{name}.pub"):
        signer = load_signer(path, agent=agent)
        assert signer.fingerprint == load_signer(key).fingerprint
        found = check(PAYLOAD, "pggit", signer.sign(PAYLOAD, "pggit"), allowed_by(key))
        assert found.good
    subprocess.run(["ssh-add", "-q", "-D"], env=environment, check=True)
    with pytest.raises(PassphraseNeeded):
        load_signer(name, agent=agent)
    with pytest.raises(UsageError, match="refused to sign"):
        signer.sign(PAYLOAD, "pggit")


def test_an_agent_that_is_none(ed25519, tmp_path):
    with pytest.raises(UsageError, match="does not answer: No such file"):
        load_signer(f"{ed25519}.pub", agent=tmp_path / "none")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()

        def hang_up() -> None:
            silent.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(UsageError, match="does not answer"):
            load_signer(f"{ed25519}.pub", agent=tmp_path / "s")
