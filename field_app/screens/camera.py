"""The camera, full screen: shoot as often as needed; each shot is kept before the next."""

import flet as ft
import flet_camera as fc

from field_app.parts.banner import banner
from field_app.parts.buttons import Pressed, main_button, side_button
from field_app.parts.component_state import kept
from field_app.parts.net import component
from field_app.parts.scaffold import bottom_bar, head
from field_app.parts.semantics import keyed
from field_app.parts.theme import BLACK, SURFACE, WARNING
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.photos import keep_all


@component
def CameraRoute() -> ft.Control:
    """The camera at its address: which ticket, which kind of photo."""
    page, params = use_page_state(), ft.use_route_params()
    ticket, kind = params.get("ticket", ""), params.get("kind", "after")
    return keyed(f"{ticket}-{kind}", CameraScreen, page, ticket, kind)


@component
def CameraScreen(page: PageState, ticket: str, kind: str) -> ft.Control:
    """What the lens sees, the shutter below; where there is no camera, the way to pick files."""
    # Flet draws with new controls each time; the reference is always to the one that is there.
    lens = kept(lambda: ft.Ref[fc.Camera]())
    state, set_state = ft.use_state("opening")
    shots, set_shots = ft.use_state(0)

    async def open_camera() -> None:
        try:
            set_state("ready" if await _opened(lens) else "none")
        except (RuntimeError, TimeoutError):
            # The client says only that it failed: no permission, or held by another app.
            set_state("none")

    async def shoot(_: object) -> None:
        set_state("shooting")
        try:
            picture = await lens.current.take_picture() if lens.current else b""
        except (RuntimeError, TimeoutError):
            set_state("failed")
            return
        kept = await keep_all(page, ticket, kind, [("", bytes(picture))])
        set_shots(lambda count: count + kept)
        set_state("ready")

    ft.use_effect(open_camera, [])
    back = page.say("back.photos"), lambda _: page.go(f"/tickets/{ticket}/photos")
    return ft.Container(
        ft.Column(
            [
                head(page.term(f"evidence.{kind}"), page.say("camera.title"), back=back,
                     narrow=page.narrow),
                ft.Container(fc.Camera(ref=lens, expand=True), expand=True, bgcolor=BLACK),
                *_says(page, state),
                _bottom(page, ticket, state, shots, shoot),
            ],
            spacing=0,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=SURFACE,
        expand=True,
    )  # fmt: skip


async def _opened(lens: ft.Ref[fc.Camera]) -> bool:
    """Open the camera on the back, or whichever there is; False when there is none."""
    if lens.current is None:
        return False
    cameras = await lens.current.get_available_cameras()
    if not cameras:
        return False
    back = [c for c in cameras if c.lens_direction == fc.CameraLensDirection.BACK]
    await lens.current.initialize(
        (back or cameras)[0],
        fc.ResolutionPreset.VERY_HIGH,
        enable_audio=False,
        image_format_group=fc.ImageFormatGroup.JPEG,
    )
    return True


def _says(page: PageState, state: str) -> list[ft.Control]:
    if state in ("none", "failed"):
        return [ft.Container(banner(page.say(f"camera.{state}"), WARNING), padding=16)]
    return []


def _bottom(page: PageState, ticket: str, state: str, shots: int, shoot: Pressed) -> ft.Control:
    words = page.say("camera.done", count=shots) if shots else page.say("camera.leave")
    finish = side_button("camera-done", words, ft.Icons.CHECK_ROUNDED,
                         lambda _: page.go(f"/tickets/{ticket}/photos"), expand=True)  # fmt: skip
    shutter = main_button("shutter", page.say("photos.take"), ft.Icons.CAMERA_ROUNDED, shoot,
                          enabled=state in ("ready", "failed"),
                          busy=state in ("opening", "shooting"))  # fmt: skip
    return bottom_bar(finish, shutter, narrow=page.narrow)
