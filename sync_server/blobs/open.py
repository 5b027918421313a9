"""Opens the blob store that an address names: a folder or an S3 bucket."""

from pathlib import Path
from urllib.parse import urlsplit

from sync_server.blobs.local import LocalStore
from sync_server.blobs.store import BlobStore


def open_store(place: str) -> BlobStore:
    """The store at a folder, or at `s3://bucket/prefix?endpoint=https://…&region=…`.

    S3 credentials come by boto3's own ways. Raises ValueError for another kind of address.
    """
    address = urlsplit(place)
    if address.scheme == "s3":
        # boto3 is an extra: only who names S3 needs it.
        from sync_server.blobs.s3 import S3Store

        return S3Store.at(place)
    if address.scheme not in ("", "file") and not Path(place).is_absolute():
        raise ValueError(f"{place!r} is neither a folder nor an s3:// address")
    return LocalStore(Path(address.path if address.scheme == "file" else place))
