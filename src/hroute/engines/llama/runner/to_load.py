"""What a runner is to load, as a value and as a frame."""

from dataclasses import dataclass
from pathlib import Path

from hroute.engines.llama.runner.frames import Frame


@dataclass(frozen=True, slots=True)
class ToLoad:
    """`threads` None: as many as the machine has cores. `prefixes`: the folder of `prefix_store`."""

    path: Path
    context_tokens: int | None
    threads: int | None
    prefixes: Path | None

    def frame(self) -> Frame:
        prefixes = None if self.prefixes is None else str(self.prefixes)
        return {"path": str(self.path), "context": self.context_tokens, "threads": self.threads} | {
            "prefixes": prefixes
        }

    @classmethod
    def of(cls, frame: Frame) -> "ToLoad":
        prefixes = None if frame["prefixes"] is None else Path(frame["prefixes"])
        return cls(Path(frame["path"]), frame["context"], frame["threads"], prefixes)
