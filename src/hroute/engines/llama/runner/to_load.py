"""What a runner is to load, as a value and as a frame."""

from dataclasses import asdict, dataclass
from pathlib import Path

from hroute.engines.llama.runner.frames import Frame


@dataclass(frozen=True, slots=True)
class ToLoad:
    """`threads` None: as many as the machine has cores. `prefixes`: the folder of `prefix_store`."""

    path: Path
    context_tokens: int | None = None
    threads: int | None = None
    prefixes: Path | None = None
    only_counts: bool = False  # the vocabulary and the chat template, without the weights

    def frame(self) -> Frame:
        prefixes = None if self.prefixes is None else str(self.prefixes)
        return asdict(self) | {"path": str(self.path), "prefixes": prefixes}

    @classmethod
    def of(cls, frame: Frame) -> "ToLoad":
        prefixes = None if frame["prefixes"] is None else Path(frame["prefixes"])
        return cls(**frame | {"path": Path(frame["path"]), "prefixes": prefixes})
