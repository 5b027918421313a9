"""A reportlab document that is PDF/A-3b: colour profile, metadata, attachments, nothing hidden.

What reportlab writes by itself breaks the standard in a few places; each is mended here, on this
document only, so that nothing in the process around it changes.
"""

from hashlib import md5, sha256
from threading import Lock
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFCatalog,
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFStream,
    PDFString,
    PDFText,
)

from shared.report.metadata import Description, information, pdf_date, xmp

_CUTTING = Lock()
"""A face has one reading position: two threads that cut letters out of it would cut wrong ones."""


class LineEndedStream(PDFStream):  # type: ignore[misc]
    """ISO 19005-3, 6.1.7.1: an end of line stands before `endstream`, outside of /Length."""

    def format(self, document: Any) -> bytes:
        content: bytes = self.content if isinstance(self.content, bytes) else self.content.encode()
        entries = PDFDictionary({**self.dictionary.dict, "Length": len(content)})
        head: bytes = entries.format(document)
        return b"".join((head, b"\nstream\n", content, b"\nendstream\n"))


class ArchivalDocument(PDFDocument):  # type: ignore[misc]
    """PDF 1.7, uncompressed: the bytes depend on what is drawn, never on a build of zlib."""

    def __init__(self, description: Description, profile: bytes) -> None:
        super().__init__(compression=0, invariant=1, pdfVersion=(1, 7), lang=description.language)
        self._description = description
        self._embedded: dict[str, Any] = {}
        self.info = information(description)
        self.Catalog.__NoDefault__ = [*PDFCatalog.__NoDefault__, "OutputIntents", "AF"]
        self.Catalog.Outlines = None
        self.Catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
        self.Catalog.OutputIntents = PDFArray([self.Reference(self._output_intent(profile))])
        self.Catalog.Metadata = self._metadata()

    def Reference(self, obj: Any, name: str | None = None) -> Any:  # noqa: N802
        """As reportlab's; every stream that comes by becomes one that ends its line."""
        if type(obj) is PDFStream:
            obj.__class__ = LineEndedStream
        return super().Reference(obj, name)

    def ID(self) -> bytes:  # noqa: N802
        """The two file identifiers, from the document's identity instead of the clock."""
        digest = sha256(self._description.identity).digest()[:16]
        identity: bytes = PDFText(digest, enc="raw").format(self)
        return b"[" + identity + identity + b"]"

    def embed(self, name: str, content: bytes, purpose: str) -> None:
        """Attach JSON that belongs to the document as its data (ISO 19005-3, 6.8)."""
        when = pdf_date(self._description.made_at)
        file = PDFStream(
            PDFDictionary(
                {
                    "Type": PDFName("EmbeddedFile"),
                    "Subtype": "/application#2Fjson",
                    "Params": PDFDictionary(
                        {
                            "Size": len(content),
                            "CreationDate": when,
                            "ModDate": when,
                            "CheckSum": PDFText(
                                md5(content, usedforsecurity=False).digest(), enc="raw"
                            ),
                        }
                    ),
                }
            ),
            content,
        )
        reference = self.Reference(file)
        self._embedded[name] = self.Reference(
            PDFDictionary(
                {
                    "Type": PDFName("Filespec"),
                    "F": PDFString(name),
                    "UF": PDFString(name),
                    "Desc": PDFString(purpose),
                    "AFRelationship": PDFName("Data"),
                    "EF": PDFDictionary({"F": reference, "UF": reference}),
                }
            )
        )

    def image(self, name: str, jpeg: bytes, width: int, height: int, components: int) -> Any:
        """An image whose stream is the JPEG itself, byte for byte."""
        entries = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Image"),
            "Width": width,
            "Height": height,
            "ColorSpace": PDFName("DeviceGray" if components == 1 else "DeviceRGB"),
            "BitsPerComponent": 8,
            "Filter": PDFName("DCTDecode"),
        }
        return self.Reference(PDFStream(PDFDictionary(entries), jpeg), f"photo.{name}")

    def written(self) -> bytes:
        """The whole file; call it once."""
        with _CUTTING:
            for font in self.delayedFonts:
                font.addObjects(self)
        names: list[Any] = []
        for name in sorted(self._embedded):
            names += [PDFString(name), self._embedded[name]]
        if names:
            tree = PDFDictionary({"Names": PDFArray(names)})
            self.Catalog.Names = PDFDictionary({"EmbeddedFiles": tree})
            self.Catalog.AF = PDFArray([self._embedded[name] for name in sorted(self._embedded)])
        self.Reference(self.Catalog)
        self.Reference(self.info)
        content: bytes = self.format()
        return content

    def _output_intent(self, profile: bytes) -> PDFDictionary:
        stream = PDFStream(PDFDictionary({"N": 3}), profile)
        return PDFDictionary(
            {
                "Type": PDFName("OutputIntent"),
                "S": PDFName("GTS_PDFA1"),
                "OutputConditionIdentifier": PDFString("sRGB2014"),
                "Info": PDFString("sRGB2014"),
                "RegistryName": PDFString("http://www.color.org"),
                "DestOutputProfile": self.Reference(stream),
            }
        )

    def _metadata(self) -> PDFStream:
        entries = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
        return PDFStream(entries, xmp(self._description).encode())
