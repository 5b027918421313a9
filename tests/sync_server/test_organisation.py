"""What the settings say of the organisation reaches every tablet, if paper can show it."""

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from shared.time.calendar import OFFICE_WEEK
from shared.time.office_hours import calendar_of
from sync_server.records import brand_file, organisation
from sync_server.records.brand_file import BadBrand
from sync_server.runtime.settings import Settings
from sync_server.schedule import worker

BRAND = {
    "organisation": "Copiadoras del Valle",
    "support": {"phone": "33 5550 0200", "hours": {"es": "De 9 a 18 h", "en": "9 to 18 h"}},
    "privacy": {"es": "Sus datos documentan el servicio.", "en": "Your data document the service."},
    "colours": {"light": {"primary": "#7a1f3d"}},
    "paper": "a4",
    "logo": "logo.png",
    "space": {"unit": 4},
}


def brand(folder, **more):
    """The path of a brand's file, its logo beside it."""
    Image.new("RGBA", (1200, 300), (122, 31, 61, 0)).save(folder / "logo.png")
    path = folder / "brand.json"
    path.write_text(json.dumps({**BRAND, **more}), encoding="utf-8")
    return path


def test_an_office_says_where_its_reports_are_verified_even_without_a_brand(office, tablet):
    tablet.pull()
    said = tablet.holds("catalogue")["organisation"]["doc"]
    assert said["verify_at"] == office.settings.public_url
    assert said["zone"] == "America/Mexico_City"


def test_every_tablet_hears_when_the_office_is_open(office, tablet):
    tablet.pull()
    said = tablet.holds("catalogue")["organisation"]
    calendar = calendar_of(said["doc"]["calendar"])
    year = office.clock().year
    ours = {day for day in office.context.calendar.holidays if abs(day.year - year) <= 2}
    assert (calendar.zone, calendar.week) == (office.context.calendar.zone, OFFICE_WEEK)
    assert calendar.holidays == ours
    organisation.say_hours(office.context, office.clock())
    tablet.pull()
    assert tablet.holds("catalogue")["organisation"]["rev"] == said["rev"]
    worker.run_due(office.context, office.clock().replace(year=year + 1, day=1))
    tablet.pull()
    again = calendar_of(tablet.holds("catalogue")["organisation"]["doc"]["calendar"])
    assert max(day.year for day in again.holidays) == year + 3


def test_every_tablet_hears_of_a_new_brand_and_of_no_other_change(office, tablet, tmp_path):
    office.stop()
    office.start(brand=str(brand(tmp_path)), public_url="https://folio.example.com")
    tablet.pull()
    said = tablet.holds("catalogue")["organisation"]
    assert said["doc"]["organisation"] == "Copiadoras del Valle"
    assert said["doc"]["support"] == BRAND["support"]
    assert said["doc"]["verify_at"] == "https://folio.example.com"
    assert "space" not in brand_file.read(tmp_path / "brand.json")
    rev = said["rev"]
    office.stop()
    office.start()
    tablet.pull()
    assert tablet.holds("catalogue")["organisation"]["rev"] == rev


def test_what_the_settings_do_not_say_stays(office):
    before = office.ask(organisation.known)
    office.do(lambda tx: organisation.say(tx, {"zone": "America/Bogota"}, office.clock()))
    after = office.ask(organisation.known)
    assert after == {**before, "zone": "America/Bogota"}
    assert before["consent"]


def test_an_office_is_called_as_its_settings_name_it(office):
    assert office.ask(organisation.known)["organisation"] == "Servicio en Sitio"
    office.stop()
    office.start(name="Copiadoras del Valle")
    assert office.ask(organisation.known)["organisation"] == "Copiadoras del Valle"


def test_a_logo_is_a_jpeg_on_white_as_large_as_paper_needs(tmp_path):
    jpeg = b64decode(brand_file.read(brand(tmp_path))["logo_jpeg"])
    with Image.open(BytesIO(jpeg)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (900, 225))
        assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_the_brand_of_the_product_can_be_its_beginning():
    said = brand_file.read(Path(__file__).parents[2] / "assets" / "brand.json")
    assert said["organisation"] == "Servicio en Sitio"
    assert said["logo_jpeg"]
    assert set(said["colours"]["light"]) == {"ink", "primary"}


def test_the_console_says_whose_it_is(office):
    assert "Servicio en Sitio" in httpx.get(f"{office.url}/sign-in").text
    office.do(lambda tx: organisation.say(tx, {"organisation": "Valle, S. A."}, office.clock()))
    assert "Valle, S. A." in httpx.get(f"{office.url}/sign-in").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation": 7}, "organisation is a text"),
        ({"privacy": {}}, "privacy is a text"),
        ({"support": "555"}, "support is an object"),
        ({"support": {"phone": 555}}, "support.phone is a text"),
        ({"colours": {"light": {"primary": "teal"}}}, "a colour like"),
        ({"colours": {"light": {"primary": "#7fd4cc"}}}, "too light"),
        ({"paper": "a3"}, "letter, a4"),
        ({"logo": "nowhere.png"}, "cannot be read"),
        ({"logo": "brand.json"}, "cannot be read"),
        ({"logo": 1}, "name of a PNG or JPEG"),
    ],
)
def test_what_cannot_be_printed_is_said_in_a_sentence(tmp_path, wrong, sentence):
    with pytest.raises(BadBrand, match=sentence):
        brand_file.read(brand(tmp_path, **wrong))


@pytest.mark.parametrize("text", ["", "[]", "{", '"logo"'])
def test_a_file_that_is_no_brand_is_said(tmp_path, text):
    path = tmp_path / "brand.json"
    path.write_text(text)
    with pytest.raises(BadBrand):
        brand_file.read(path)


def test_an_empty_name_takes_the_logo_away(tmp_path):
    assert brand_file.read(brand(tmp_path, logo=""))["logo_jpeg"] == ""


def test_a_logo_that_every_report_would_be_heavy_with_is_refused(tmp_path):
    path = brand(tmp_path)
    Image.effect_noise((900, 300), 120).save(tmp_path / "logo.png")
    with pytest.raises(BadBrand, match="too heavy"):
        brand_file.read(path)


def test_the_setting_is_read_from_the_environment():
    assert Settings.from_environment({"FOLIO_BRAND": "/etc/brand.json"}).brand == "/etc/brand.json"
