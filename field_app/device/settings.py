"""The defaults of flet.toml: what the tablet is called, where it calls, how large photos are."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FLET_TOML = Path(__file__).resolve().parents[2] / "flet.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once at start; what a person changes afterwards is a preference in the database.

    Times in seconds, sizes in bytes or pixels as named.
    """

    product: str
    version: str
    server: str
    timeout: float
    seed: str
    locale: str
    locales: tuple[str, ...]
    theme: str
    interval: float
    retries: tuple[float, ...]
    operations_per_push: int
    chunk_bytes: int
    photo_side: int
    photo_quality: int
    photo_pixels: int
    space_warning: int
    pin_tries: int
    idle_minutes: int


def read_settings(path: Path = FLET_TOML) -> Settings:
    """The settings of a flet.toml. Raises KeyError or tomllib.TOMLDecodeError for one of no use."""
    page = tomllib.loads(path.read_text(encoding="utf-8"))
    app, server, look = page["app"], page["server"], page["look"]
    sync, photos, lock = page["sync"], page["evidence"], page["lock"]
    return Settings(
        product=app["product"],
        version=app["version"],
        server=server["url"],
        timeout=float(server["timeout_seconds"]),
        seed=look["seed"],
        locale=look["locale"],
        locales=tuple(look["locales"]),
        theme=look["theme"],
        interval=float(sync["interval_seconds"]),
        retries=tuple(map(float, sync["retry_seconds"])),
        operations_per_push=int(sync["operations_per_push"]),
        chunk_bytes=int(sync["chunk_bytes"]),
        photo_side=int(photos["longest_side"]),
        photo_quality=int(photos["jpeg_quality"]),
        photo_pixels=int(photos["largest_pixels"]),
        space_warning=int(photos["free_space_warning_bytes"]),
        pin_tries=int(lock["tries"]),
        idle_minutes=int(lock["idle_minutes"]),
    )
