"""Errors of this package, named for what the caller can do about them."""


class CredentialError(Exception):
    """Base class of every error raised by this package."""


class ClaimRefused(CredentialError):
    """Something that was to be signed may not be signed as it stands: correct `field` and try again."""

    def __init__(self, field: str, found: str, expected: str) -> None:
        super().__init__(f"{field}: found {found}, expected {expected}")
        self.field = field
        self.found = found
        self.expected = expected


class KeyRefused(CredentialError):
    """A key cannot be opened, read, or used for what was asked of it."""


class SelfCheckFailed(CredentialError):
    """What was just signed does not verify; it was not returned and must not be stored."""


class ProofRefused(CredentialError):
    """A proof, checkpoint or tile of a log does not hold: something was altered, left out, or signed by others."""


class ImageRefused(CredentialError):
    """A badge image is not sound, or does not hold exactly one credential."""


class VerificationError(CredentialError):
    """Base class of every answer of `verify` other than "valid".

    `code` is stable and meant for translation, `step` names the step of verification that decided.
    """

    def __init__(self, step: str, code: str, message: str) -> None:
        super().__init__(message)
        self.step = step
        self.code = code


class NotValid(VerificationError):
    """The answer is no: altered, not ours, expired, not yet valid, or not a certificate at all."""


class Revoked(VerificationError):
    """The signature holds, and the issuer has withdrawn the certificate."""


class Replaced(Revoked):
    """The signature holds, and the issuer has put another certificate in this one's place."""


class CouldNotCheck(VerificationError):
    """We could not find out, so the certificate must not be shown as valid; trying again later may help."""
