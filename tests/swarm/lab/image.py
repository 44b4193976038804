"""The image that all services of the lab are made of: one static file. Its id is the same wherever it is built from the
same file, so that every node has the same image and none asks a registry."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

VERSIONS = ["1", "2"]  # alike but for what they answer: an update is from one to the other
_SECOND = 1_000_000_000


def name(version: str) -> str:
    return f"portcullis/backend:{version}"


def _archive(files: dict[str, tuple[bytes, int]]) -> bytes:
    """Content and mode, by name; no times and no owners."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, (content, mode) in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _json(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _config(version: str, layer: bytes) -> bytes:
    # The check is a command and not a line: there is no shell.
    check = {"Test": ["CMD", "/backend", "--check"], "Interval": _SECOND // 2, "Timeout": 5 * _SECOND, "Retries": 3}
    return _json({
        "architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
        "config": {"Cmd": ["/backend"], "Env": ["PATH=/", f"VERSION={version}"], "Healthcheck": check},
        "history": [{"created": "1970-01-01T00:00:00Z"}],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}})


def build(backend: Path, target: Path) -> None:
    """Writes what "docker load" reads."""
    layer = _archive({"backend": (backend.read_bytes(), 0o755)})
    files = {"layer.tar": (layer, 0o644)}
    manifest = []
    for version in VERSIONS:
        config = _config(version, layer)
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        files[config_name] = (config, 0o644)
        manifest.append({"Config": config_name, "RepoTags": [name(version)], "Layers": ["layer.tar"]})
    target.write_bytes(_archive({**files, "manifest.json": (_json(manifest), 0o644)}))
