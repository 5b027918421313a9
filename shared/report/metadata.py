"""What the file says of itself, twice over: as XMP, and in PDF's older way."""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFString

PRODUCER = "Folio"


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says of itself; `made_at` is zoned, `identity` is like no other document's."""

    title: str
    author: str
    subject: str
    language: str
    made_at: datetime
    identity: bytes


def information(description: Description) -> PDFDictionary:
    """The information dictionary; the standard asks that it says no more than the metadata."""
    when = pdf_date(description.made_at)
    return PDFDictionary(
        {
            "Title": PDFString(description.title),
            "Author": PDFString(description.author),
            "Subject": PDFString(description.subject),
            "Creator": PDFString(PRODUCER),
            "Producer": PDFString(PRODUCER),
            "CreationDate": when,
            "ModDate": when,
        }
    )


def pdf_date(at: datetime) -> PDFString:
    """A zoned time as PDF writes it, in UTC, to the second."""
    return PDFString("D:" + "".join(c for c in _utc(at) if c.isdigit()) + "Z")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{when}</xmp:CreateDate>
<xmp:ModifyDate>{when}</xmp:ModifyDate>
<xmp:MetadataDate>{when}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def xmp(description: Description) -> str:
    """The metadata packet that claims PDF/A-3b."""
    return _XMP.format(
        title=escape(description.title),
        subject=escape(description.subject),
        author=escape(description.author),
        language=escape(description.language),
        producer=PRODUCER,
        when=_utc(description.made_at),
    )
