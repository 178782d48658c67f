"""Why a file as a whole cannot be read. What is wrong with one item of it is a finding, not an error."""

from modules.errors import ModulesError


class UnreadableFile(ModulesError):
    """A file was refused whole; nothing of it was kept. `sentence` may be shown to whoever sent it.

    `code` is one word for tests and records, the sentence is lazily translated.
    """

    def __init__(self, code: str, sentence) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(code)


class UnreadablePackage(UnreadableFile):
    """A zip archive that is damaged, or that no honest system would have written."""
