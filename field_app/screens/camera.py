"""The camera, full screen: shoot as often as needed; each shot is kept before the next."""

import flet as ft
import flet_camera as fc

from field_app.parts.banner import banner
from field_app.parts.buttons import main_button, side_button
from field_app.parts.kept import kept
from field_app.parts.named import keyed, live
from field_app.parts.scaffold import bottom_bar, head
from field_app.parts.text import label
from field_app.screens.face import Face, use_face
from field_app.screens.photos import keep_all
from field_app.theme import BLACK, OK, SURFACE, WARNING


@ft.component
def CameraRoute() -> ft.Control:
    """The camera at its address: which ticket, which kind of photo."""
    face, params = use_face(), ft.use_route_params()
    ticket, kind = params.get("ticket", ""), params.get("kind", "after")
    return keyed(f"{ticket}-{kind}", CameraScreen, face, ticket, kind)


@ft.component
def CameraScreen(face: Face, ticket: str, kind: str) -> ft.Control:
    """What the lens sees, the shutter below; where there is no camera, the way to pick files."""
    camera = kept(lambda: fc.Camera(expand=True))
    state, set_state = ft.use_state("opening")
    shots, set_shots = ft.use_state(0)

    async def open_camera() -> None:
        try:
            cameras = await camera.get_available_cameras()
            back = [c for c in cameras if c.lens_direction == fc.CameraLensDirection.BACK]
            if not cameras:
                set_state("none")
                return
            await camera.initialize(
                (back or cameras)[0], fc.ResolutionPreset.VERY_HIGH, enable_audio=False
            )
        except (RuntimeError, TimeoutError):
            # The client says only that it failed: no permission, or held by another app.
            set_state("none")
            return
        set_state("ready")

    async def shoot(_: object) -> None:
        set_state("shooting")
        try:
            picture = await camera.take_picture()
        except (RuntimeError, TimeoutError):
            set_state("failed")
            return
        kept = await keep_all(face, ticket, kind, [("", bytes(picture))])
        set_shots(lambda count: count + kept)
        set_state("ready")

    ft.use_effect(open_camera, [])
    back = face.say("back.photos"), lambda _: face.go(f"/tickets/{ticket}/photos")
    return ft.Container(
        ft.Column(
            [
                head(face.term(f"evidence.{kind}"), face.say("camera.title"), back=back,
                     narrow=face.narrow),
                ft.Container(camera, expand=True, bgcolor=BLACK),
                *_says(face, state),
                _bottom(face, ticket, state, shots, shoot),
            ],
            spacing=0,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=SURFACE,
        expand=True,
    )  # fmt: skip


def _says(face: Face, state: str) -> list[ft.Control]:
    if state in ("none", "failed"):
        return [ft.Container(banner(face.say(f"camera.{state}"), WARNING), padding=16)]
    return []


def _bottom(face: Face, ticket: str, state: str, shots: int, shoot: object) -> ft.Control:
    taken = live(label(face.say("camera.taken", count=shots), OK, bold=True))
    finish = side_button("camera-done", face.say("camera.done"), ft.Icons.CHECK_ROUNDED,
                         lambda _: face.go(f"/tickets/{ticket}/photos"))  # fmt: skip
    shutter = main_button("shutter", face.say("photos.take"), ft.Icons.CAMERA_ROUNDED,
                          shoot, enabled=state in ("ready", "failed"),  # type: ignore[arg-type]
                          busy=state in ("opening", "shooting"))  # fmt: skip
    return bottom_bar(taken, finish, shutter, narrow=face.narrow)
