"""The local half of `hroute doctor`: the model of each slot, memory, and llama.cpp itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.app.models.catalogue import CONTEXT_TOKENS
from hroute.app.models.files import slots_of
from hroute.config.warnings import warnings_of
from hroute.core.errors import LocalInferenceError
from hroute.core.remedies import Advice, GetQ8, ListModels, PullModel
from hroute.core.settings import Local, LocalModel, Settings
from hroute.engines.llama import isolated
from hroute.engines.models import gguf, tensors
from hroute.engines.models import locate as models
from hroute.engines.models.tensors import Weights
from hroute.engines.server.endpoint import host_of

TOOLS = "tools"
_PRECISE = frozenset({"Q8_0", "F16", "BF16", "F32"})


def local_checks(settings: Settings, data_dir: Path, env: Mapping[str, str]) -> Iterator[DoctorFinding]:
    loaded: dict[str, Weights] = {}
    for slot, model in slots_of(settings).items():
        if model.base_url is not None:
            yield _server(slot, model, env)
            continue
        check, weights = _file(slot, model, data_dir)
        yield check
        if weights is not None:
            loaded[model.model] = weights
    if loaded:
        yield _memory(list(loaded.values()))
        yield _kernels()


def _server(slot: str, model: LocalModel, env: Mapping[str, str]) -> DoctorFinding:
    detail = f"{model.model} at {host_of(model.base_url or '')}"
    doubt = next(iter(warnings_of(Settings(local=Local(chat=model)), env)), None)
    if doubt:
        return DoctorFinding(
            f"local {slot}", Health.FAIL, doubt, (Advice(f"export {model.api_key_env}=..."),)
        )
    return DoctorFinding(f"local {slot}", Health.OK, detail, unasked="it")


def _file(slot: str, model: LocalModel, data_dir: Path) -> tuple[DoctorFinding, Weights | None]:
    """A slot's model file; its weights when they can be used."""
    name = f"local {slot}"
    if models.needs_download(model.model, data_dir):
        pull = PullModel(model.model)
        return DoctorFinding(name, Health.WARN, f"{model.model} is not downloaded yet", (pull,)), None
    try:
        path = models.locate(model.model, data_dir)
        weights = tensors.read_whole(path)
        context = gguf.read(path).context_length
        isolated.load_vocabulary(path)
    except LocalInferenceError as error:
        if slot == TOOLS:
            detail = f"{error.message}; the chat model serves tools"
            return DoctorFinding(name, Health.WARN, detail, error.remedies), None
        return DoctorFinding(name, Health.FAIL, error.message, error.remedies), None
    tokens = f"{context:,}" if context else "unknown"
    detail = f"{model.model}: mostly {weights.quantization}, context {tokens}, vocabulary loads"
    if slot == TOOLS and weights.quantization not in _PRECISE:
        detail += "; a q8 keeps tool calls better in form"
        return DoctorFinding(name, Health.WARN, detail, (GetQ8(),)), weights
    return DoctorFinding(name, Health.OK, detail), weights


def _memory(loaded: list[Weights]) -> DoctorFinding:
    from hroute.engines.llama.machine import free_memory_bytes

    need = sum(weights.memory_bytes(CONTEXT_TOKENS) for weights in loaded)
    free = free_memory_bytes()
    detail = f"{need / 1e9:.1f} GB for {CONTEXT_TOKENS:,} tokens"
    if free is None:
        return DoctorFinding("memory", Health.OK, f"{detail}; what is free is not told here")
    detail += f", {free / 1e9:.1f} GB are free"
    if need > free:
        return DoctorFinding(
            "memory", Health.WARN, detail, (ListModels(catalogue=True, why="choose a smaller model"),)
        )
    return DoctorFinding("memory", Health.OK, detail)


def _kernels() -> DoctorFinding:
    from hroute.engines.llama.native import library

    if library().repacks:
        return DoctorFinding("llama.cpp", Health.OK, "all kernels of this processor are used")
    return DoctorFinding(
        "llama.cpp", Health.OK, "AMX kernels are avoided: llama.cpp crashes in them on this processor"
    )
