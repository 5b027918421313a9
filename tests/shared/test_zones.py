"""Times are said in the site's zone where it has one that is one, and the zone has a name."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.time.zones import offsets, zone_of
from shared.words.zones import zone_words

TIJUANA, MEXICO = ZoneInfo("America/Tijuana"), ZoneInfo("America/Mexico_City")
WINTER, SUMMER = datetime(2026, 1, 9, 18, tzinfo=UTC), datetime(2026, 7, 9, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("site", "organisation", "zone"),
    [
        ({"zone": "America/Tijuana"}, {"zone": "America/Cancun"}, "America/Tijuana"),
        ({}, {"zone": "America/Cancun"}, "America/Cancun"),
        ({"zone": None}, {}, "America/Mexico_City"),
        *(({"zone": bad}, {}, "America/Mexico_City")
          for bad in ("", "America", "America/Nowhere", "../../etc/passwd", "\0", "A" * 999, 5)),
    ],
)  # fmt: skip
def test_the_zone_is_the_sites_else_the_organisations(site, organisation, zone: str):
    assert zone_of(site, organisation).key == zone


@pytest.mark.parametrize(
    ("zone", "times", "spanish", "english"),
    [
        (TIJUANA, [WINTER], "Hora de Tijuana (UTC−08:00)", "Tijuana time (UTC−08:00)"),
        (TIJUANA, [WINTER, None, SUMMER, SUMMER], "Hora de Tijuana (UTC−08:00 → UTC−07:00)",
         "Tijuana time (UTC−08:00 → UTC−07:00)"),
        (MEXICO, [WINTER, SUMMER], "Hora de Ciudad de México (UTC−06:00)",
         "Mexico City time (UTC−06:00)"),
        (ZoneInfo("Asia/Kathmandu"), [SUMMER], "Hora de Kathmandu (UTC+05:45)",
         "Kathmandu time (UTC+05:45)"),
    ],
)  # fmt: skip
def test_a_zone_is_named_with_its_offset(zone: ZoneInfo, times, spanish: str, english: str):
    assert zone_words(zone, offsets(zone, *times), "es") == spanish
    assert zone_words(zone, offsets(zone, *times), "en") == english
