"""The files that pages carry: style, scripts, icons, fonts. Named by content, kept for a year."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

from sync_server.web.brand import ASSETS, brand, style_sheet

HERE = Path(__file__).parent / "static"

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}

FACE = "assets/fonts/Inter.woff2"

FONT = """
@font-face {{
  font-family: "Inter";
  src: url("{address}") format("woff2");
  font-weight: 100 900;
  font-display: swap;
}}
"""

FROM_ASSETS = ("icon.svg", "mark.svg", "favicon.png", "icon-192.png", "fonts/Inter.woff2")

NamedFile = tuple[str, bytes]
"""The name that a file has after its prefix, and its content."""


class StaticFiles:
    """The files below one prefix, read once; `router` serves them.

    The list is closed, so that no path leads out of it.
    """

    def __init__(self, prefix: str, read: Callable[[], Iterable[NamedFile]]) -> None:
        self._prefix = prefix
        self._read = read
        self.router = APIRouter(prefix=prefix, include_in_schema=False)
        self.router.add_api_route("/{name:path}", self.file)

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """Every file by its name."""
        return dict(self._read())

    def file(self, name: str) -> Response:
        """One file, or 404."""
        if name not in self.contents:
            raise HTTPException(404)
        return Response(
            self.contents[name],
            media_type=KINDS[Path(name).suffix],
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    def address(self, name: str) -> str:
        """The address of a file, with the hash of its bytes: a new version is another address."""
        return self._addresses[name]

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {n: _address(self._prefix, n, content) for n, content in self.contents.items()}


def in_folder(folder: Path) -> Iterator[NamedFile]:
    """The files of a folder that a page can use."""
    for path in folder.iterdir():
        if path.suffix in KINDS:
            yield path.name, path.read_bytes()


def _shared() -> Iterator[NamedFile]:
    face = _address(PREFIX, FACE, (ASSETS / FACE.removeprefix("assets/")).read_bytes())
    yield "brand.css", (style_sheet(brand().colours) + FONT.format(address=face)).encode()
    yield from in_folder(HERE)
    for name in FROM_ASSETS:
        yield f"assets/{name}", (ASSETS / name).read_bytes()


def _address(prefix: str, name: str, content: bytes) -> str:
    return f"{prefix}/{name}?v={sha256(content).hexdigest()[:12]}"


PREFIX = "/static"

SHARED = StaticFiles(PREFIX, _shared)
"""What every page may use: the brand's colours and font, icons, the console's style and scripts."""
