"""Builds small GGUF headers, honest and hostile."""

import struct
from pathlib import Path


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def string(key: str, value: str) -> bytes:
    return text(key) + struct.pack("<I", 8) + text(value)


def number(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", 4, value)


def strings(key: str, *values: str, claimed: int | None = None) -> bytes:
    count = len(values) if claimed is None else claimed
    return text(key) + struct.pack("<IIQ", 9, 8, count) + b"".join(map(text, values))


def numbers(key: str, *values: int) -> bytes:
    return text(key) + struct.pack("<IIQ", 9, 4, len(values)) + struct.pack(f"<{len(values)}I", *values)


def header(*pairs: bytes, version: int = 3, claimed: int | None = None) -> bytes:
    count = len(pairs) if claimed is None else claimed
    return b"GGUF" + struct.pack("<IQQ", version, 0, count) + b"".join(pairs)


def tensor(name: str, shape: tuple[int, ...], kind: int, offset: int = 0) -> bytes:
    """An entry of the tensor table; `kind` is ggml's number of the type."""
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def model(*pairs: bytes, tensors: tuple[bytes, ...], data_bytes: int, claimed: int | None = None) -> bytes:
    """A header with its tensor table, and zeros for weights from the next multiple of 32 on."""
    count = len(tensors) if claimed is None else claimed
    head = b"GGUF" + struct.pack("<IQQ", 3, count, len(pairs)) + b"".join((*pairs, *tensors))
    return head + bytes(-len(head) % 32 + data_bytes)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path


def with_number(source: Path, folder: Path, key: str, value: int) -> Path:
    """A copy of a real file with another number behind `key`."""
    return _patched(source, folder, key, 4, struct.pack("<I", value))


def with_text(source: Path, folder: Path, key: str, value: str) -> Path:
    """A copy of a real file with another text of the same length behind `key`."""
    return _patched(source, folder, key, 12, value.encode())


def with_template(source: Path, folder: Path, template: str, grown: int = 0) -> Path:
    """A copy of a real file with another chat template, which is filled up with space.

    `grown`: by so many bytes the rest of its head has grown.
    """
    raw = source.read_bytes()
    key = b"tokenizer.chat_template"
    at = raw.index(key) + len(key) + 4
    (old,) = struct.unpack_from("<Q", raw, at)
    text = template.encode()
    text += b"{#" + b" " * ((old - grown - len(text) - 4) % 32) + b"#}"  # tensors are aligned to 32 bytes
    return written(folder, raw[:at] + struct.pack("<Q", len(text)) + text + raw[at + 8 + old :])


def with_token(source: Path, folder: Path, token: str, spelling: str) -> Path:
    """A copy of a real file in which a token is spelt otherwise, with an empty chat template."""
    raw = source.read_bytes()
    old, new = (struct.pack("<Q", len(text)) + text for text in (token.encode(), spelling.encode()))
    assert raw.count(old) == 1
    return with_template(written(folder, raw.replace(old, new)), folder, "", grown=len(new) - len(old))


def _patched(source: Path, folder: Path, key: str, skipped: int, value: bytes) -> Path:
    raw = bytearray(source.read_bytes())
    start = raw.index(key.encode()) + len(key) + skipped
    raw[start : start + len(value)] = value
    return written(folder, bytes(raw))
