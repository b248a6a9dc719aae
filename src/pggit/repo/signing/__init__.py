"""Signing with SSH keys: texts are signed and checked in OpenSSH's format; commits, tags and anchors are such texts.

For others that sign something: `load_signer` reads a private key, `Signer.sign` signs bytes for a namespace, `check`
checks them against the keys of `read_allowed_signers`. A signature for one namespace counts in no other.
"""

from pggit.core.allowed_signers import AllowedSigner
from pggit.repo.signing.anchor import NAMESPACE as ANCHOR_NAMESPACE
from pggit.repo.signing.check import Checked, belongs_to, check, read_allowed_signers
from pggit.repo.signing.keys import PassphraseNeeded, Signer, load_signer
from pggit.repo.signing.stored import NAMESPACE, sign_commits, sign_tag
from pggit.repo.signing.verify import Verified, verify

APPROVAL_NAMESPACE = "pggit-approval"
"""Of signatures of approvals."""

__all__ = [
    "ANCHOR_NAMESPACE",
    "APPROVAL_NAMESPACE",
    "NAMESPACE",
    "AllowedSigner",
    "Checked",
    "PassphraseNeeded",
    "Signer",
    "Verified",
    "belongs_to",
    "check",
    "load_signer",
    "read_allowed_signers",
    "sign_commits",
    "sign_tag",
    "verify",
]
