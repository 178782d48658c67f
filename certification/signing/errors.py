"""What can go wrong when a credential is signed or read. Every error carries what a caller needs to explain it."""

from enum import StrEnum
from pathlib import Path


class SigningError(Exception):
    """Root of everything this package raises on purpose."""


class KeyMissing(SigningError):
    """There is no usable private key where one was expected."""

    def __init__(self, path: Path, reason: str):
        self.path, self.reason = path, reason
        super().__init__(f"No usable signing key at {path}: {reason}.")


class KeyTooOpen(KeyMissing):
    """The key file can be read by others than its owner; it is not used until that is mended."""

    def __init__(self, path: Path, mode: int):
        self.mode = mode
        super().__init__(path, f"its permissions are {mode:04o}, they must be 0600")


class KeyExists(SigningError):
    """A key was to be made where a file already is; an overwritten key cannot be brought back."""

    def __init__(self, path: Path):
        self.path = path
        super().__init__(f"{path} exists already and is not overwritten.")


class ContextRefused(SigningError):
    """A JSON-LD context that is not pinned, or not as pinned."""

    def __init__(self, url: str, reason: str):
        self.url, self.reason = url, reason
        super().__init__(f"Context {url!r} refused: {reason}.")


class NotPlain(SigningError):
    """A document holds something that a signature would not cover, or could cover in two readings.

    path    where, such as "credentialSubject.achievement.colour".
    """

    def __init__(self, path: str, reason: str):
        self.path, self.reason = path, reason
        super().__init__(f"{path or 'The document'}: {reason}.")


class Fault(StrEnum):
    """Why a proof is refused."""

    MISSING = "missing"
    MALFORMED = "malformed"
    OTHER_CONTROLLER = "other_controller"
    KEY_UNKNOWN = "key_unknown"
    KEY_REVOKED = "key_revoked"
    KEY_EXPIRED = "key_expired"
    IN_THE_FUTURE = "in_the_future"
    WRONG_SIGNATURE = "wrong_signature"


class ProofRefused(SigningError):
    """A proof that does not show that the issuer signed exactly this document."""

    def __init__(self, fault: Fault, reason: str):
        self.fault, self.reason = fault, reason
        super().__init__(reason)


class StatusListRefused(SigningError):
    """A status list that cannot be relied on; the status of a credential is then not known."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class Unreadable(SigningError):
    """A file in which no credential can be found, or one over the limits."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class Incomplete(SigningError):
    """A credential cannot be built because something it must say is missing or out of bounds."""

    def __init__(self, field: str, reason: str):
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}.")
