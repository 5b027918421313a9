"""A tablet as the office sees it: a token, and HTTP by hand."""

import base64
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from sync_server.identity.users import User
from tests.office import RunningOffice

PIECE = "application/offset+octet-stream"


def enrolled(office: RunningOffice, user: User | None = None) -> httpx.Client:
    """A client with the token of a new tablet of this person, the engineer if nobody is named."""
    client = httpx.Client(
        base_url=office.url, headers={"Tus-Resumable": "1.0.0"}, timeout=30, verify=False
    )  # plain HTTP
    device = {"name": "Tableta", "platform": "android", "app_version": "1"}
    answer = client.post("/api/v1/enrol", json={"code": office.code(user), "device": device})
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


def announcement(content: bytes, mime: str = "image/jpeg", **more: str) -> dict[str, str]:
    """The headers that announce a file."""
    named = {"sha256": sha256(content).hexdigest(), "mime": mime, **more}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in named.items())
    return {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}


def announce(tablet: httpx.Client, content: bytes, mime: str = "image/jpeg") -> str:
    """The address of a new upload."""
    answer = tablet.post("/api/v1/blobs/", headers=announcement(content, mime))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(tablet: httpx.Client, where: str, at: int, piece: bytes, **headers: str) -> httpx.Response:
    """One piece of an upload."""
    headers = {"Upload-Offset": str(at), "Content-Type": PIECE, **headers}
    return tablet.patch(where, content=piece, headers=headers)


def sent(tablet: httpx.Client, content: bytes, mime: str = "image/jpeg") -> str:
    """A whole file, sent in one piece; its sha256."""
    where = announce(tablet, content, mime)
    answer = send(tablet, where, 0, content)
    assert answer.status_code == 204, answer.text
    return sha256(content).hexdigest()


def photo(number: int = 1, size: tuple[int, int] = (320, 240)) -> bytes:
    """A JPEG that is like no other number's."""
    picture = Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, 120))
    out = BytesIO()
    picture.save(out, "JPEG", comment=f"photo {number}".encode())
    return out.getvalue()


def problem(answer: httpx.Response) -> Any:
    """The short name of a problem."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.text
    return answer.json()["type"].rpartition("/")[2]
