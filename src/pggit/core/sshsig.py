"""OpenSSH's format of signatures, as bytes: what is signed, the signature, its armour, public keys.

What is written so can be checked by ``ssh-keygen -Y verify``, and the other way round. Nothing here computes with keys:
``pggit.repo.signing`` does.
Source: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig; RFC 4251 §5 (string, uint32, mpint).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

_MAGIC = b"SSHSIG"
_VERSION = 1
HASHES = ("sha256", "sha512")
"""The hashes that the format allows for what is signed; written is sha512."""

_LINE = 70
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_ARMOR = re.compile(rf"{_BEGIN}\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+){_END}(?:\r?\n)?")


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature as it was made.

    Attributes:
        public: the public key, in the form of SSH's protocol.
        namespace: what it was made for; one made for another purpose says nothing.
        reserved: signed, and without a meaning.
        hash: the hash of what is signed, one of `HASHES`.
        algorithm: how it was signed: ``ssh-ed25519``, ``rsa-sha2-512``, ``ecdsa-sha2-nistp256``.
        value: the signature itself, in the form of its algorithm.
    """

    public: bytes
    namespace: str
    reserved: bytes
    hash: str
    algorithm: str
    value: bytes


class Unreadable(ValueError):
    """Bytes or a text that do not have the form that they must have."""


def signed_data(payload: bytes, namespace: str, *, hash: str = "sha512", reserved: bytes = b"") -> bytes:
    """Return the bytes that the key signs: the namespace, and the payload by its hash."""
    digest = hashlib.new(hash, payload).digest()
    return _MAGIC + b"".join(string(part) for part in (namespace.encode(), reserved, hash.encode(), digest))


def armored(signature: SshSignature) -> str:
    """Return a signature as text, as ``ssh-keygen -Y sign`` writes it."""
    parts = (
        signature.public,
        signature.namespace.encode(),
        signature.reserved,
        signature.hash.encode(),
        string(signature.algorithm.encode()) + string(signature.value),
    )
    blob = _MAGIC + _VERSION.to_bytes(4, "big") + b"".join(map(string, parts))
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def parse(text: str) -> SshSignature:
    """Read an armored signature. Exactly one text stands for a signature, but for the ends of its lines.

    Raises:
        Unreadable: it is none, or of a form that is not known.
    """
    found = _ARMOR.fullmatch(text)
    if found is None:
        raise Unreadable("it is no SSH signature")
    fields = Fields(decoded("".join(found[1].split())))
    if fields.take(len(_MAGIC)) != _MAGIC:
        raise Unreadable("it is no SSH signature")
    version = int.from_bytes(fields.take(4), "big")
    if version != _VERSION:
        raise Unreadable(f"it is an SSH signature of version {version}, known is {_VERSION}")
    public, namespace, reserved, hash_ = (fields.string() for _ in range(4))
    inner = Fields(fields.string())
    fields.end()
    algorithm, value = inner.string(), inner.string()
    inner.end()
    if hash_.decode("ascii", "replace") not in HASHES:
        raise Unreadable("its hash is neither sha256 nor sha512")
    key_type(public)
    return SshSignature(public, text_of(namespace), reserved, hash_.decode(), text_of(algorithm), value)


def key_type(public: bytes) -> str:
    """Return the type that a public key says it is of, ``ssh-ed25519``.

    Raises:
        Unreadable: it says none.
    """
    return text_of(Fields(public).string())


def key_line(public: bytes) -> str:
    """Return a public key as a line, as it stands in ``id_ed25519.pub``, without a comment."""
    return f"{key_type(public)} {base64.b64encode(public).decode()}"


def key_of_line(line: str) -> bytes:
    """Return the public key of a line ``ssh-ed25519 AAAA… comment``.

    Raises:
        Unreadable: the line is none.
    """
    words = line.split(None, 2)
    if len(words) < 2:
        raise Unreadable("it is no public key")
    public = decoded(words[1])
    if key_type(public) != words[0]:
        raise Unreadable(f"it is no public key of type {words[0]}")
    return public


def fingerprint(public: bytes) -> str:
    """Return the fingerprint of a public key, ``SHA256:…``, as ``ssh-keygen -l`` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def string(value: bytes) -> bytes:
    """Return bytes with their length before them."""
    return len(value).to_bytes(4, "big") + value


def mpint(value: int) -> bytes:
    """Return a number that is not negative as SSH writes it: no byte more than it needs."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big") if value else b"")


class Fields:
    """What is read from bytes, one field after the other.

    Every method raises `Unreadable` where the bytes are not so.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, number: int) -> bytes:
        """Return the next bytes."""
        part = self._data[self._at : self._at + number]
        if len(part) != number:
            raise Unreadable("it ends too early")
        self._at += number
        return part

    def string(self) -> bytes:
        """Return the next field, which has its length before it."""
        return self.take(int.from_bytes(self.take(4), "big"))

    def mpint(self) -> int:
        """Return the next field, a number that is not negative and has no byte more than it needs."""
        data = self.string()
        value = int.from_bytes(data, "big")
        if mpint(value) != string(data):
            raise Unreadable("a number in it is not written as it must be")
        return value

    def end(self) -> None:
        """Require that nothing is left."""
        if self._at != len(self._data):
            raise Unreadable("there is more of it than there should be")


def decoded(text: str) -> bytes:
    """Return the bytes of base64, of which exactly one text stands for them.

    Raises:
        Unreadable: it is none.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("it is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Unreadable("it is not base64 as it must be")
    return data


def text_of(data: bytes) -> str:
    """Return text in UTF-8.

    Raises:
        Unreadable: it is none.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unreadable("a name in it is no text") from None
