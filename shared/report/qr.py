"""The QR code that leads to the verification page, as one path.

reportlab carries an encoder, so the tablet needs no other library for it.
"""

from collections.abc import Iterator

from reportlab.graphics.barcode.qrencoder import (
    QR8bitByte,
    QRCode,
    QRErrorCorrectLevel,
)

Tile = tuple[float, float, float, float]
"""Left, top, width, height."""

MASK = 2  # any of the eight decodes; trying them all costs more than drawing a whole page


def qr(text: str, size: float) -> tuple[Tile, ...]:
    """The dark modules in a square of `size` points, y downwards.

    Four modules of white must be left around it; 15 % of it may be unreadable (level M).
    Raises ValueError when `text` is too long.
    """
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text))
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    return tuple(_runs(code.modules, size / code.getModuleCount()))


def _runs(modules: list[list[bool]], module: float) -> Iterator[Tile]:
    # A run of dark modules is one rectangle: fewer operators, and no hairlines between modules.
    for row, line in enumerate(modules):
        column = 0
        while column < len(line):
            start = column
            while column < len(line) and line[column]:
                column += 1
            if column > start:
                yield start * module, row * module, (column - start) * module, module
            column += 1
