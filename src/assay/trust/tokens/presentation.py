"""A request with a token: the token, that its sender is the one it was given to, and that the request is new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from assay.errors import NonceError, TokenError
from assay.trust.tokens.access_token import AccessToken, AccessTokenRules, validate_access_token
from assay.trust.tokens.base64url import encode_base64url
from assay.trust.tokens.dpop import Nonces, ProofRules, claim_proof, verify_proof
from assay.trust.tokens.keys import Key
from assay.trust.tokens.replay import ReplayStore

__all__ = ["PresentedToken", "TokenVerifier", "certificate_thumbprint"]

_MAXIMUM_CERTIFICATE_BYTES = 64 * 1024


def certificate_thumbprint(certificate: bytes) -> str:
    """`x5t#S256` of a certificate in DER (RFC 8705 section 3.1): SHA-256, base64url.

    Raises:
        TokenError: It is empty or too large.
    """
    if not 0 < len(certificate) <= _MAXIMUM_CERTIFICATE_BYTES:
        raise TokenError(f"a certificate has {len(certificate)} bytes: 1 to {_MAXIMUM_CERTIFICATE_BYTES} are allowed")
    return encode_base64url(sha256(certificate).digest())


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """What a request brings."""

    scheme: str
    """Of `Authorization`: `DPoP` or `Bearer`."""

    token: str = field(repr=False)
    method: str
    url: str
    """As the sender addressed it: behind a proxy, the address of the proxy."""

    proofs: Sequence[str] = field(default=(), repr=False)
    """Each `DPoP` header."""

    names_token: bool = True
    """Whether a proof is of the token too (`ath`): not at a token endpoint, where it is of its key alone."""

    certificate: bytes | None = None
    """That the connection was authenticated with, in DER. None: with none."""


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Believes tokens of one issuer for one service.

    `keys` is asked each time, so that rotated keys are known; `clock` returns seconds since the epoch.
    """

    rules: AccessTokenRules
    keys: Callable[[float], Sequence[Key]]
    replay: ReplayStore
    clock: Callable[[], float]
    proof_rules: ProofRules = field(default_factory=ProofRules)
    nonces: Nonces | None = None
    """Ask for a nonce of this service in each proof."""

    def verify(self, presented: PresentedToken) -> AccessToken:
        """What the token says, once it is believed and its sender is the one it was given to.

        Raises:
            TokenError: The token is not believed, its binding is not proved, or the proof was used before.
            NonceError: The proof needs a nonce.
        """
        now = self.clock()
        token = validate_access_token(presented.token, self.keys(now), self.rules, now=now)
        bound = token.confirmation
        if bound is not None and bound.key_thumbprint is not None:
            self._check_proof(presented, bound.key_thumbprint, now)
            return token
        # RFC 9449 section 7.1: the scheme says how the token is bound; one that is not what it says is not taken.
        if presented.scheme.lower() != "bearer" or presented.proofs:
            raise TokenError("a proof came with a token that is not bound to a key")
        if bound is not None:
            shown = None if presented.certificate is None else certificate_thumbprint(presented.certificate)
            if shown is None or not compare_digest(shown, bound.certificate_thumbprint or ""):
                raise TokenError("the token is bound to another certificate than that of the connection")
        return token

    def _check_proof(self, presented: PresentedToken, thumbprint: str, now: float) -> None:
        if presented.scheme.lower() != "dpop" or len(presented.proofs) != 1:
            raise TokenError("the token is bound to a key: the scheme must be DPoP, with exactly one proof")
        proof = verify_proof(
            presented.proofs[0],
            method=presented.method,
            url=presented.url,
            now=now,
            access_token=presented.token if presented.names_token else None,
            rules=self.proof_rules,
        )
        if not compare_digest(proof.key_thumbprint, thumbprint):
            raise TokenError("the token is bound to another key than that of the proof")
        if self.nonces is not None and not self.nonces.accepts(proof.nonce, now=now):
            raise NonceError("the proof has no nonce of this service, or an old one")
        claim_proof(proof, self.replay, now=now, rules=self.proof_rules)
