"""What is refused in the words of OAuth: an answer of the protocol, not an error of Assay."""

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 # RFC 6749 calls the answer an error; this is what is thrown to give it
    """An error response of RFC 6749, section 5.2.

    Args:
        error: Its code, such as `invalid_grant`.
        description: For the developer of the client; never a secret, and never which of several secrets was wrong.
        status: Of HTTP.
    """

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status
