"""Why a file cannot be opened at all, as one sentence with a stable code."""


class UnreadableFile(ValueError):
    """The file cannot be opened; the message is one English sentence, `code` names the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
