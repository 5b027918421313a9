"""The one table of a ticket's fields: whole, without contradiction, and true to what was signed."""

import dataclasses

import pytest

from shared.ticket import fields
from shared.ticket.fields import COLLECTION, COLLECTIONS, FIELD, FIELDS, Owner
from shared.ticket.shapes import TEXT
from shared.ticket.ticket import Ticket
from shared.words import LANGUAGES, t

SIGNED = (
    "customer site asset requester description billable mode arrived_at departed_at "
    "serial_matched meter meter_exception diagnosis root_cause root_cause_text solution "
    "test_result tested_at"
).split()
REPORTED = [
    *SIGNED, "nature", "type", "priority", "channel", "history_reviewed", "final_classification",
    "satisfaction",
]  # fmt: skip
"""What the digests of 0.1.0 cover, for ever: without one of these an old signature is void."""


def test_what_was_signed_once_is_signed_for_ever():
    assert [name for name in fields.SHOWN_FIELDS if name in SIGNED] == SIGNED
    assert [name for name in fields.REPORTED_FIELDS if name in REPORTED] == REPORTED
    whole = ("actions", "parts_used", "parts_pending", "time_entries")
    assert whole == fields.SHOWN_ENTRIES
    assert (*whole, "contacts", "notes", "readings") == fields.REPORTED_ENTRIES
    assert fields.SHOWN_OF_EVIDENCE == ("sha256", "kind", "caption", "taken_at", "position")


def test_what_was_not_signed_in_0_1_0_and_was_there_is_not_signed_now():
    """Else the signature on a record that has it would be void from today on."""
    assert not {*fields.SHOWN_FIELDS} & {*REPORTED[len(SIGNED) :], "impact", "contract", "group"}


def test_each_field_and_each_member_is_named_once():
    assert len(FIELD) == len(FIELDS)
    assert len({collection.name for collection in COLLECTIONS}) == len(COLLECTIONS)
    for collection in COLLECTIONS:
        names = [member.name for member in collection.members]
        assert len(set(names)) == len(names)


def test_what_the_typed_ticket_reads_is_in_the_table():
    typed = {each.name for each in dataclasses.fields(Ticket)} - {"id", "rev", "record"}
    assert typed <= {*FIELD, *COLLECTION}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_line_does_not_contradict_itself(field):
    assert not (field.signed and field.reported), "what is signed is in the report"
    assert not (field.reserved and field.owner is not Owner.OFFICE)
    assert not (field.free_text and field.shape.kind != "text")
    assert not (field.searched and field.shape.kind != "text")
    assert not (field.words and field.shape.kind not in ("code", "anything"))
    assert not (field.owner is Owner.COMMAND and (field.signed or field.reported or field.plain))
    if field.plain and field.owner is Owner.OFFICE:
        assert (field.plain, field.shape) == ("request", TEXT)
    elif field.plain:
        assert field.plain in ("visit", "asset", "diagnosis", "work", "photos", "test")
        assert field.shape.kind in ("text", "flag", "code")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_code_of_a_field_has_a_word(field, language):
    assert all(t(f"process.{field.words}.{code}", language) for code in field.shape.codes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*FIELD, *(collection.name for collection in COLLECTIONS)])
def test_every_field_and_collection_has_a_name_for_people(name, language):
    assert t(f"process.field.{name}", language)
