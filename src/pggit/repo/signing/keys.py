"""Private keys: OpenSSH's files, PKCS#8; what they sign, and whether a signature is a key's.

The library for it is ``cryptography`` (https://cryptography.io), the extra ``sign``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pggit.core.errors import NotFound, UsageError
from pggit.core.sshsig import (
    Fields,
    SshSignature,
    Unreadable,
    armored,
    decoded,
    fingerprint,
    key_line,
    key_of_line,
    key_type,
    mpint,
    signed_data,
)
from pggit.files import SETTINGS_LIMIT, read_bytes
from pggit.repo.signing import agent as agents

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_CURVES = {"nistp256": "SHA256", "nistp384": "SHA384", "nistp521": "SHA512"}
_RSA = {"rsa-sha2-512": "SHA512", "rsa-sha2-256": "SHA256"}
_LEAST_RSA_BITS = 2048
_BEGIN, _MAGIC = "-----BEGIN OPENSSH PRIVATE KEY-----", b"openssh-key-v1\0"


class _PublicKey(UsageError):
    """The file holds a public key."""


class PassphraseNeeded(UsageError):
    """The key is protected by a passphrase, and none was given."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs.

    Attributes:
        public: its public key as a line, ``ssh-ed25519 AAAA…``.
        fingerprint: ``SHA256:…``, as ``ssh-keygen -l`` shows it.
    """

    public: str
    fingerprint: str
    _sign: Callable[[bytes], tuple[str, bytes]]

    def sign(self, payload: bytes, namespace: str) -> str:
        """Sign bytes; returns the signature as text, as ``ssh-keygen -Y sign -n NAMESPACE`` writes it.

        Args:
            payload: what is signed.
            namespace: what for; a signature counts in this namespace only.
        """
        algorithm, value = self._sign(signed_data(payload, namespace))
        return armored(SshSignature(key_of_line(self.public), namespace, b"", "sha512", algorithm, value))


def load_signer(path: str | Path, passphrase: str | None = None, *, agent: Path | None = None) -> Signer:
    """Read a private key: OpenSSH's own format or PEM (PKCS#8); Ed25519, RSA from 2048 bits, or ECDSA.

    Args:
        path: the file. A public key is one that the agent holds.
        passphrase: where it is protected by one.
        agent: socket of an ssh-agent, which is asked where the file does not do.

    Raises:
        NotFound: there is no such file.
        PassphraseNeeded: the key is protected, no passphrase was given, and the agent does not hold it.
        UsageError: it cannot be read, is a public key or of a type that cannot sign, or the passphrase is wrong.
    """
    data = _read(Path(path))
    public = _public_part(data)
    try:
        key = _private_key(Path(path), data, passphrase)
    except (PassphraseNeeded, _PublicKey):
        if agent is None or public is None or not _is_held(agent, public):
            raise
        return Signer(key_line(public), fingerprint(public), lambda data: agents.sign(agent, public, data))
    line = _public(key)
    if line is None:
        raise UsageError(f"{path}: a key of this type cannot sign", hint="ssh-keygen -t ed25519 makes one that can.")
    return Signer(line, fingerprint(key_of_line(line)), lambda data: _sign(key, data))


def _is_held(agent: Path, public: bytes) -> bool:
    """Whether the agent holds a key, of a type that can be checked here."""
    return key_type(public).startswith(("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-")) and agents.holds(agent, public)


def _public_part(data: bytes) -> bytes | None:
    """The public key of a file: its line, or what stands unprotected in OpenSSH's private one (PROTOCOL.key)."""
    try:
        text = data.decode()
        if _BEGIN not in text:
            return key_of_line(text)
        body = text.partition(_BEGIN)[2].partition("-----END")[0]
        fields = Fields(decoded("".join(body.split())))
        fields.take(len(_MAGIC))
        for _ in range(3):  # cipher, how the passphrase is used, its options
            fields.string()
        fields.take(4)  # how many keys
        return fields.string()
    except (Unreadable, UnicodeDecodeError):
        return None


def is_signed(signature: SshSignature, payload: bytes) -> bool:
    """Whether the signature's own key made it, of this payload. Whose key that is, it does not tell.

    Raises:
        Unreadable: the key is of a type that is not known, or too weak.
    """
    from cryptography.exceptions import InvalidSignature

    data = signed_data(payload, signature.namespace, hash=signature.hash, reserved=signature.reserved)
    try:
        _verify(signature, data)
    except InvalidSignature:
        return False
    return True


def require_library() -> None:
    """Raise UsageError unless the library that signs is installed."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UsageError(
            "signing needs the library cryptography, which is not installed", hint="pip install 'pggit[sign]'"
        ) from None


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, limit=SETTINGS_LIMIT)
    except NotFound:
        raise NotFound(
            f"there is no key {path}", hint="signing_key names it; ssh-keygen -t ed25519 makes one."
        ) from None
    except UsageError as error:
        raise UsageError(f"cannot read key {path}: {error.message}", hint="signing_key names the file.") from None


def _private_key(path: Path, data: bytes, passphrase: str | None) -> PrivateKeyTypes:
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    if b"PRIVATE KEY-----" not in data:
        if b"PUBLIC KEY-----" in data or _public_part(data) is not None:
            raise _PublicKey(
                f"{path} is a public key",
                hint="signing_key names the private one, without .pub, or a key that the ssh-agent holds.",
            )
        raise UsageError(f"{path} is no private key", hint="ssh-keygen -t ed25519 makes one.")
    is_ssh = b"BEGIN OPENSSH PRIVATE KEY" in data
    load: Callable[..., PrivateKeyTypes] = (
        serialization.load_ssh_private_key if is_ssh else serialization.load_pem_private_key
    )
    try:
        return load(data, passphrase.encode() if passphrase else None)
    except TypeError:
        if passphrase:  # and the key has none
            return load(data, None)
        raise PassphraseNeeded(
            f"key {path} is protected by a passphrase", hint="It is asked for on a terminal."
        ) from None
    except (UnsupportedAlgorithm, NotImplementedError) as error:
        raise UsageError(f"{path}: {error}") from None
    except ValueError:
        if passphrase:
            raise UsageError(
                f"the passphrase of key {path} is wrong, or the file is damaged",
                hint="signing_passphrase_env names the environment variable that it comes from.",
            ) from None
        raise UsageError(
            f"{path} is no private key that can be read: it is damaged, or of a type that is not known"
        ) from None


def _public(key: PrivateKeyTypes) -> str | None:
    """The public key as a line; None where such a key cannot sign here."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if not isinstance(key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _LEAST_RSA_BITS:
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey) and f"nistp{key.key_size}" not in _CURVES:
        return None
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _sign(key: Any, data: bytes) -> tuple[str, bytes]:
    """Return the algorithm and the signature, in SSH's form (RFC 4253 §6.6, RFC 5656 §3.1.2, RFC 8709 §6)."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ssh-ed25519", key.sign(data)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve = f"nistp{key.key_size}"
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(_hash(_CURVES[curve]))))
        return f"ecdsa-sha2-{curve}", mpint(r) + mpint(s)
    return "rsa-sha2-512", key.sign(data, padding.PKCS1v15(), _hash("SHA512"))


def _verify(signature: SshSignature, data: bytes) -> None:
    """Raise InvalidSignature or Unreadable unless it is the key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    key = _load_public(signature.public)
    algorithm, value = signature.algorithm, signature.value
    if isinstance(key, ed25519.Ed25519PublicKey) and algorithm == "ssh-ed25519":
        return key.verify(value, data)
    if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
        if key.key_size < _LEAST_RSA_BITS:
            raise Unreadable(f"its key has {key.key_size} bits, and needs {_LEAST_RSA_BITS}")
        return key.verify(value, data, padding.PKCS1v15(), _hash(_RSA[algorithm]))
    if isinstance(key, ec.EllipticCurvePublicKey) and algorithm == f"ecdsa-sha2-nistp{key.key_size}":
        fields = Fields(value)
        r, s = fields.mpint(), fields.mpint()
        fields.end()
        return key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_hash(_CURVES[f"nistp{key.key_size}"])))
    if algorithm == "ssh-rsa":
        raise Unreadable("it uses SHA-1")
    raise InvalidSignature


def _load_public(public: bytes) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    line = key_line(public)
    try:
        return load_ssh_public_key(line.encode())
    except (UnsupportedAlgorithm, NotImplementedError, ValueError):
        raise Unreadable(f"its key, {key_type(public)!r}, is of a type that is not known, or damaged") from None


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes

    found: HashAlgorithm = getattr(hashes, name)()
    return found
