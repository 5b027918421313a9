"""Photos for tests: real JPEGs, no two alike."""

from io import BytesIO

from PIL import Image


def photo(number: int = 1, size: tuple[int, int] = (800, 600)) -> bytes:
    """A JPEG that is like no other number's."""
    picture = Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, 120))
    out = BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
