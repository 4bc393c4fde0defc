"""What can go wrong, told in the reader's language.

An error carries the key of a message (see `pipeline.messages`) and the values to fill it with, so
that the same failure reads in Chinese for an inspector, in Spanish or in English, and is stored
without loss.
"""

from __future__ import annotations

from pipeline.messages import Language, say


class TingjianError(Exception):
    """A failure that is shown to a person: where, what, value, remedy.

    Args:
        key: of the message, as `file.name` in `pipeline/messages/`; also the stable reason code.
        values: what fills the message's placeholders.
    """

    exit_code = 1

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def text(self, language: Language) -> str:
        """The message in one language."""
        return say(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        # keyword values do not survive the default pickling of exceptions between processes
        return _rebuild, (type(self), self.key, self.values)


def _rebuild(kind: type[TingjianError], key: str, values: dict[str, object]) -> TingjianError:
    return kind(key, **values)


class UsageError(TingjianError):
    """The command was called with something that it cannot use."""

    exit_code = 2


class ConfigurationError(TingjianError):
    """The settings file, a sidecar table or a phrasebook is invalid."""

    exit_code = 4


class PhrasebookError(ConfigurationError):
    """A phrasebook is invalid; carries every fault that was found, not only the first."""


class AudioError(TingjianError):
    """A recording that cannot be decoded, or not within the limits."""


class MetadataError(TingjianError):
    """A sidecar that cannot be understood."""


class TranscriptError(TingjianError):
    """A transcript whose times or roles contradict each other."""


class ModelError(TingjianError):
    """A model that cannot be loaded, or whose files are not what the registry says."""


class ModelMissingError(ModelError):
    """A model whose files are not here; the message names the command that repairs it."""

    exit_code = 5


class WarehouseError(TingjianError):
    """The warehouse cannot be read or written."""
