"""The organisation's own look on paper, from the office's settings to the report made offline."""

from io import BytesIO

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from shared.report import brand
from sync_server.database.tables import cross_rendering
from sync_server.records import organisation
from sync_server.reports.report_file import read_report
from tests.shared.report import pages
from tests.sync_server.test_organisation import brand as brand_file
from tests.tablet import finish_work, sign

A4 = [0, 0, 595.28, 841.89]


@pytest.fixture
def report(office, tablet, tmp_path):
    """A report made without a signal, under another address than the tablet knows the office by."""
    office.stop()
    path = brand_file(tmp_path)
    Image.new("RGB", (900, 240), "#7a1f3d").save(tmp_path / "logo.png")
    office.start(brand=str(path), public_url="https://folio.example.com")
    id = office.ticket()
    tablet.sync()
    office.stop()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    office.start()
    tablet.sync()
    [kept] = tablet.ticket(id).reports
    return kept.sha256


def test_it_carries_logo_colour_support_and_paper_of_the_organisation(office, report, tmp_path):
    pdf = office.context.blobs.read(report)
    [(name, logo)] = brand.logo(office.ask(organisation.known)).items()
    assert pdf.count(logo) == 1
    assert name in read_report(pdf).images
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert [float(n) for n in opened.pages[0].MediaBox] == pytest.approx(A4, abs=0.1)
        assert b"0.478 0.122 0.239 rg" in opened.pages[0].Contents.read_bytes()
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    said = " ".join(pages.text(path).split())
    assert "33 5550 0200" in said
    assert "De 9 a 18 h" in said
    assert "Sus datos documentan el servicio." in said


def test_its_qr_leads_to_the_address_that_the_office_gives_out(office, report, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(office.context.blobs.read(report))
    codes = [code.text for page in pages.images(path, 200) for code in zxingcpp.read_barcodes(page)]
    [address] = codes
    assert address.startswith("https://folio.example.com/v/")


def test_the_office_prints_the_same_bytes(office, report):
    [noted] = office.ask(lambda tx: tx.rows(select(cross_rendering)))
    assert (noted.sha256, noted.same, noted.detail) == (report, True, "")
