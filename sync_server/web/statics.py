"""The files that pages carry: style, scripts, icons, fonts. Named by content, kept for a year."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

from sync_server.web.brand import ASSETS, brand, style_sheet

router = APIRouter(prefix="/static", include_in_schema=False)

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


@router.get("/{name:path}")
def static_file(name: str) -> Response:
    """One file, or 404; the list is closed, so that no path leads out of it."""
    files = carried()
    if name not in files:
        raise HTTPException(404)
    return Response(
        files[name],
        media_type=KINDS[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


@cache
def carried() -> dict[str, bytes]:
    """Every file by the name it has after /static/."""
    return dict(_carried())


@cache
def address(name: str) -> str:
    """The address of a file, with the hash of its bytes: a new version is another address."""
    return _address(name, carried()[name])


def _address(name: str, content: bytes) -> str:
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"


def _carried() -> Iterator[tuple[str, bytes]]:
    face = _address(FACE, (ASSETS / FACE.removeprefix("assets/")).read_bytes())
    yield "brand.css", (style_sheet(brand().colours) + FONT.format(address=face)).encode()
    for path in HERE.iterdir():
        if path.suffix in KINDS:
            yield path.name, path.read_bytes()
    for name in FROM_ASSETS:
        yield f"assets/{name}", (ASSETS / name).read_bytes()
