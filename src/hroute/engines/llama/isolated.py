"""Runs llama.cpp on a file in a process of its own: a damaged file may crash it, Ctrl-C cannot stop it.

python -P -m hroute.engines.llama.isolated vocabulary FILE
python -P -m hroute.engines.llama.isolated quantize SOURCE TARGET FILE_TYPE
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from hroute.core.errors import Failure, LocalInferenceError

_SAID_WHY = 1


def load_vocabulary(path: Path) -> None:
    """Has llama.cpp check the header and load the vocabulary. Raises LocalInferenceError(BAD_FILE)."""
    _run("vocabulary", str(path))


def quantize(source: Path, target: Path, file_type: int) -> None:
    """Writes `target` anew from `source`; a failure leaves a part of it there. Raises LocalInferenceError."""
    _run("quantize", str(source), str(target), str(file_type))


def _run(task: str, path: str, *arguments: str) -> None:
    # -P: the current folder must not lend its modules. An interrupt kills the child.
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hroute.engines.llama.isolated", task, path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode == 0:
        return
    words = done.stderr.decode(errors="replace").strip().splitlines()
    if done.returncode == _SAID_WHY and words:
        raise LocalInferenceError(Failure.BAD_FILE, f"{path}: {words[-1]}", "download the model file again")
    raise LocalInferenceError(
        Failure.CRASH,
        f"{path}: llama.cpp crashed on it (exit code {done.returncode})",
        "the file is damaged or made to do harm: remove it",
    )


def _load_vocabulary(path: str) -> str:
    from hroute.engines.llama.native import Model

    try:
        Model(Path(path), vocab_only=True).close()
    except LocalInferenceError as error:
        return error.message.removeprefix(f"{path} ")
    return ""


def _quantize(source: str, target: str, file_type: str) -> str:
    from hroute.engines.llama.machine import default_threads
    from hroute.engines.llama.native import library

    lib = library()
    params = lib.c.llama_model_quantize_default_params()
    params.ftype = int(file_type)
    params.nthread = default_threads()
    params.allow_requantize = True
    code = lib.c.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params))
    return lib.errors() if code else ""


def _main(task: str, *arguments: str) -> int:
    problem = _load_vocabulary(*arguments) if task == "vocabulary" else _quantize(*arguments)
    sys.stderr.write(problem)
    return _SAID_WHY if problem else 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
