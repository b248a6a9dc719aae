"""Keys that an ssh-agent holds: it signs, and the key stays with it.

Source: https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent (SSH Agent Protocol), §3.5 and §3.6.
"""

from __future__ import annotations

import socket
from pathlib import Path

from pggit.core.errors import UsageError
from pggit.core.sshsig import Fields, Unreadable, key_type, string, text_of

_LIST, _LISTED, _SIGN, _SIGNED = 11, 12, 13, 14
_RSA_SHA512 = 4
_SECONDS = 60  # it may ask somebody


def holds(agent: Path, public: bytes) -> bool:
    """Whether an agent holds a key.

    Args:
        agent: the socket.
        public: the public key, in the form of SSH's protocol.

    Raises:
        UsageError: it does not answer as an agent does.
    """
    answer = Fields(_asked(agent, _LIST, b"", _LISTED))
    keys = []
    for _ in range(int.from_bytes(answer.take(4), "big")):
        keys.append(answer.string())
        answer.string()  # the comment
    return public in keys


def sign(agent: Path, public: bytes, data: bytes) -> tuple[str, bytes]:
    """Let an agent sign; returns the algorithm and the signature, in SSH's form.

    Raises:
        UsageError: it does not want to.
    """
    flags = _RSA_SHA512 if key_type(public) == "ssh-rsa" else 0
    answer = _asked(agent, _SIGN, string(public) + string(data) + flags.to_bytes(4, "big"), _SIGNED)
    signature = Fields(Fields(answer).string())
    return text_of(signature.string()), signature.string()


def _asked(agent: Path, question: int, body: bytes, wanted: int) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(str(agent))
            connection.sendall(string(bytes([question]) + body))
            size = int.from_bytes(_received(connection, 4), "big")
            answer = _received(connection, size)
    except OSError as error:
        raise UsageError(f"the ssh-agent at {agent} does not answer: {error.strerror or error}") from None
    except Unreadable as error:
        raise UsageError(f"the ssh-agent at {agent} does not answer as it should: {error}") from None
    if answer[:1] != bytes([wanted]):
        raise UsageError(f"the ssh-agent at {agent} refused to sign")
    return answer[1:]


def _received(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = connection.recv(min(size - len(found), 1 << 16))
        if not part:
            raise Unreadable("it ends too early")
        found += part
    return found
