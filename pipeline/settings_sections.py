"""The sections of `tingjian.toml`: every section a dataclass, every key a field."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.audio_process import DecodeLimits
from pipeline.file_names import FileNamePattern, file_name_pattern
from pipeline.local_time import MACHINE_ZONE
from pipeline.messages import Language

Runner = Literal["threads", "dask", "ray"]

_EXTENSIONS = (
    *("wav", "w64", "mp3", "ogg", "opus", "flac", "m4a", "mp4", "aac", "amr", "awb", "gsm"),
    *("al", "alaw", "ul", "ulaw", "mulaw", "au", "aiff", "aif", "caf", "mka", "webm", "wma", "3gp"),
)


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """Where things lie."""

    data: Path = field(default=Path("var"), metadata={"variable": "TINGJIAN_DATA"})
    models: Path | None = field(  # None = the user's data folder
        default=None, metadata={"variable": "TINGJIAN_MODELS"}
    )


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """Which files of an inbox are recordings, and what decoding one may cost."""

    extensions: tuple[str, ...] = _EXTENSIONS
    file_name_pattern: str | None = None  # such as "{agent_id}_{call_id}"
    time_zone: str | None = None  # IANA; of times in file names that bear no offset
    settle_s: float = field(default=0.0, metadata={"least": 0.0})  # leave files changed since
    duration_limit_s: float = field(default=4 * 3600.0, metadata={"least": 1.0})
    file_limit_mb: int = field(default=4096, metadata={"least": 1})
    decode_cpu_s: int = field(default=600, metadata={"least": 1})
    decode_wall_s: float = field(default=900.0, metadata={"least": 0.1})
    decode_memory_mb: int = field(default=1024, metadata={"least": 256})

    @property
    def limits(self) -> DecodeLimits:
        """What one recording may cost."""
        return DecodeLimits(
            duration_s=self.duration_limit_s,
            file_bytes=self.file_limit_mb * 2**20,
            cpu_s=self.decode_cpu_s,
            wall_s=self.decode_wall_s,
            memory_bytes=self.decode_memory_mb * 2**20,
        )

    @property
    def pattern(self) -> FileNamePattern | None:
        """The file-name pattern, understood. Raises: ConfigurationError if it is none."""
        if self.file_name_pattern is None:
            return None
        return file_name_pattern(self.file_name_pattern, time_zone=self.time_zone)


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """Which engines hear the calls."""

    asr: str = "whisper-base"  # a name of the registry, or a folder
    device: str = field(default="cpu", metadata={"choices": ("cpu", "cuda", "auto")})
    compute_type: str = field(
        default="int8",
        metadata={"choices": ("int8", "int8_float16", "int8_float32", "float16", "float32")},
    )
    diarization: Literal["fast", "pyannote"] = "fast"  # of mono calls
    names: tuple[str, ...] = ()  # of organisation and products, told to the recogniser
    threads: int = field(default=0, metadata={"least": 0})  # of one call; 0 = as measured


@dataclass(frozen=True, slots=True)
class JudgingSettings:
    """Which norms judge the calls."""

    phrasebooks: Path | None = None  # a folder with one folder per language; None = the built-in
    second_listen: int = field(default=0, metadata={"least": 0})  # places per call; 0 = none
    sense: int = field(default=0, metadata={"least": 0})  # proposals per call; 0 = none


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """When people's verdicts cast doubt on a rule."""

    precision_least: float = field(default=0.8, metadata={"least": 0.0})
    verdicts_least: int = field(default=20, metadata={"least": 1})  # with fewer, nothing is said


@dataclass(frozen=True, slots=True)
class NightSettings:
    """How a night works."""

    shard_calls: int = field(default=16, metadata={"least": 1})  # stored in one transaction
    workers: int = field(default=0, metadata={"least": 0})  # calls at once; 0 = as measured
    runner: Runner = "threads"  # what hears the calls
    cluster: str | None = None  # address of scheduler or head; None = workers of our own
    attempts: int = field(default=3, metadata={"least": 1})  # of a call whose worker dies of it
    call_limit_s: float = field(
        default=3600.0, metadata={"least": 1.0}
    )  # to hear one call, by the clock
    database_wait_s: float = field(  # for a database server that went away; 0 ends the night
        default=600.0, metadata={"least": 0.0}
    )
    stop_at: str | None = None  # local time such as "06:30": begin no call after it
    language: Language = field(  # of summary and reasons
        default="en", metadata={"variable": "TINGJIAN_LANGUAGE"}
    )
    prefect: bool = True  # False: the same work without Prefect's record of it
    prefect_url: str | None = None  # API of a server that runs already; None = one for the night


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """When nights take place, and who is told of them."""

    cron: str = "30 22 * * *"
    time_zone: str | None = None  # IANA, of the organisation; None = the machine's
    inbox: str | None = None  # a folder, or s3://bucket/folder
    grace_s: float = field(default=3600.0, metadata={"least": 60.0})  # later it did not take place
    notify: tuple[str, ...] = field(default=(), metadata={"secret": True})  # Apprise's addresses

    @property
    def zone(self) -> str:
        """The organisation's time zone as `pipeline.local_time` names it."""
        return self.time_zone or MACHINE_ZONE


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console shows itself."""

    metrics: str = field(  # who may read /metrics; it names no person and no call
        default="administrators", metadata={"choices": ("administrators", "anyone")}
    )
