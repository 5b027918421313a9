"""The platform's own store for secrets, read once at start and written through to."""

import asyncio

import flet_secure_storage as fs

from field_app.device.keyring import HeldKeyring

PREFIX = "folio:"


async def platform_keyring() -> HeldKeyring:
    """The keyring of a phone or a packaged desktop app. On the page's loop."""
    storage = fs.SecureStorage()
    kept = await storage.get_all()
    loop = asyncio.get_running_loop()
    held = {
        name.removeprefix(PREFIX): value for name, value in kept.items() if name.startswith(PREFIX)
    }

    def write(name: str, value: str | None) -> None:
        # Called on worker threads only: waiting here on the loop itself would wait for ever.
        asyncio.run_coroutine_threadsafe(_write(storage, PREFIX + name, value), loop).result()

    return HeldKeyring(held, write)


async def _write(storage: fs.SecureStorage, name: str, value: str | None) -> None:
    if value is None:
        await storage.remove(name)
    else:
        await storage.set(name, value)
