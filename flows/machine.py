"""How many calls this machine hears at once: as set, or as measured once and kept.

The answer lies in `DATA/machine.json` with what it holds for: another processor, number of cores,
model or version of the engines is measured anew. It never changes what is heard.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import TingjianError

if TYPE_CHECKING:
    from models.self_measurement import Layout, Trial
    from pipeline.settings import Settings

_FILE: Final = "machine.json"
_ENGINES: Final = ("ctranslate2", "onnxruntime", "faster-whisper")

Measure = Callable[[], "tuple[Trial, ...]"]


@dataclass(frozen=True, slots=True)
class Machine:
    """What a measurement holds for."""

    processor: str
    cores: int  # that this process may use
    model: str
    device: str
    engines: str

    def text(self) -> str:
        return " | ".join((self.processor, str(self.cores), self.model, self.device, self.engines))


def this_machine(settings: Settings) -> Machine:
    """This machine, with the recogniser of the settings.

    Raises: ModelMissingError if the recogniser is not here.
    """
    from models.installed import fingerprint, models_dir
    from models.registry import load_registry

    hearing = settings.hearing
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        model=fingerprint(
            load_registry(),
            models_dir(settings.folders.models),
            hearing.asr,
            variant=hearing.compute_type,
        ),
        device=hearing.device,
        engines=" ".join(f"{name} {importlib.metadata.version(name)}" for name in _ENGINES),
    )


def measured(settings: Settings, *, data: Path, anew: bool = False) -> tuple[Trial, ...]:
    """The trials of this machine: those that are kept, else measured now (a few seconds) and kept.

    Args:
        anew: do not look at what is kept.
    Raises: TingjianError if the recogniser is not here or cannot be loaded.
    """
    machine = this_machine(settings)

    def measure_now() -> tuple[Trial, ...]:
        from models.ears import whisper_folder
        from models.installed import models_dir
        from models.self_measurement import measure

        return measure(
            whisper_folder(models_dir(settings.folders.models), settings.hearing.asr),
            device=settings.hearing.device,
            compute_type=settings.hearing.compute_type,
            cores=machine.cores,
        )

    return kept_or_measured(data, machine, measure=measure_now, anew=anew)


def kept_or_measured(
    data: Path, machine: Machine, *, measure: Measure, anew: bool = False
) -> tuple[Trial, ...]:
    """What is kept for a machine, else what `measure` gives, which is kept then.

    A file that cannot be read, or not written, is no failure: it is measured again next time.
    """
    known = None if anew else _read(data / _FILE, machine)
    if known is not None:
        return known
    trials = measure()
    content = {
        "machine": machine.text(),
        "trials": [
            {
                "workers": trial.layout.workers,
                "threads": trial.layout.threads,
                "windows_per_s": round(trial.windows_per_s, 3),
            }
            for trial in trials
        ],
    }
    try:
        data.mkdir(parents=True, exist_ok=True)
        part = data / f".{_FILE}.{os.getpid()}"
        part.write_text(json.dumps(content, indent=1), "utf-8")
        part.replace(data / _FILE)
    except OSError:
        pass
    return trials


def lay_out(settings: Settings, *, data: Path) -> Settings:
    """The settings with workers and threads said, measured if they leave both open."""
    layout = choose_layout(settings, measure=lambda: measured(settings, data=data))
    return replace(
        settings,
        night=replace(settings.night, workers=layout.workers),
        hearing=replace(settings.hearing, threads=layout.threads),
    )


def choose_layout(settings: Settings, *, measure: Measure) -> Layout:
    """Workers and threads: as the settings say; where they leave both open (0), as measured.

    Args:
        measure: asked only if both are open; where it fails, every core hears a call.
    """
    from models.self_measurement import Layout, best

    cores = len(os.sched_getaffinity(0))
    workers, threads = settings.night.workers, settings.hearing.threads
    if workers or threads:
        return Layout(workers or max(1, cores // threads), threads or max(1, cores // workers))
    try:
        return best(measure())
    except TingjianError:
        return Layout(cores, 1)  # what is missing is told where it is loaded


def _read(path: Path, machine: Machine) -> tuple[Trial, ...] | None:
    from models.self_measurement import Layout, Trial

    try:
        content = json.loads(path.read_text("utf-8"))
        if content["machine"] != machine.text():
            return None
        return (
            tuple(
                Trial(Layout(int(t["workers"]), int(t["threads"])), float(t["windows_per_s"]))
                for t in content["trials"]
            )
            or None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    return platform.processor() or platform.machine()
