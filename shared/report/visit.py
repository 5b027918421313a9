"""The first sections: whom and what the service was for, and how the visit went."""

from collections.abc import Iterator

from shared.report.blocks import Block, Field, Fields, Section, Text, Tone
from shared.report.phrases import Phrases, joined
from shared.report.subject import Subject
from shared.ticket.ticket import Requester
from shared.ticket.work import Contact


def customer_and_asset(subject: Subject) -> Section:
    """Customer, site, asset, serial and meter."""
    say = subject.phrases.say
    return Section("asset", say("asset.heading"), tuple(_customer_and_asset(subject)))


def _customer_and_asset(subject: Subject) -> Iterator[Block]:
    ticket, asset, phrases = subject.ticket, subject.asset, subject.phrases
    say = phrases.say
    yield Fields(
        (
            Field(say("customer"), subject.customer.get("name") or ""),
            Field(say("site"), joined(subject.site.get("name") or "",
                                      subject.site.get("address") or "", by="\n")),
            Field(say("requester"), _requester(ticket.requester)),
            Field(say("contract"), phrases.own(subject.customer.get("contract"))),
        )
    )  # fmt: skip
    if asset is not None:
        yield Fields(
            (
                Field(say("asset"), asset.name),
                Field(say("serial"), asset.serial),
                Field(say("location"), asset.location),
            )
        )
    yield Fields(tuple(_meters(subject)))
    if ticket.meter_exception:
        yield Text(ticket.meter_exception, say("meter.exception"), Tone.WARNING)


def _requester(requester: Requester) -> str:
    return joined(requester.name, requester.contact, by="\n")


def _meters(subject: Subject) -> Iterator[Field]:
    phrases, meter = subject.phrases, subject.ticket.meter
    before = subject.asset.meter if subject.asset else None
    for name, count in (
        ("total", meter.total if meter else None),
        ("bw", meter.bw if meter else None),
        ("colour", meter.colour if meter else None),
        ("before", before.total if before else None),
    ):
        if count is not None:
            yield Field(phrases.say(f"meter.{name}"), phrases.figure(count))


def service(subject: Subject) -> Section:
    """How the request came in and how the visit went: who, when, where, at whose cost."""
    ticket, phrases = subject.ticket, subject.phrases
    say, code = phrases.say, phrases.code
    return Section(
        "service",
        say("service.heading"),
        (
            Fields(
                (
                    Field(say("opened"), phrases.when(ticket.created_at)),
                    Field(say("channel"), code("channel", ticket.channel)),
                    Field(say("type"), code("type", ticket.type)),
                    Field(say("priority"), code("priority", ticket.priority)),
                )
            ),
            Fields(
                (
                    Field(say("engineer"), phrases.person(ticket.assignee)),
                    Field(say("mode"), code("mode", ticket.mode)),
                    *_presence(subject),
                )
            ),
            Fields(
                (
                    Field(say("contacts"), _contacts(ticket.contacts, phrases)),
                    Field(say("billable"), _charge(subject)),
                )
            ),
        ),
    )


def _charge(subject: Subject) -> str:
    """Whether the service is charged; a contract is named only where there is one."""
    say = subject.phrases.say
    if subject.ticket.billable:
        return say("billable.yes")
    has_contract = subject.phrases.own(subject.customer.get("contract"))
    return say("billable.contract" if has_contract else "billable.no")


def _presence(subject: Subject) -> tuple[Field, ...]:
    ticket, phrases = subject.ticket, subject.phrases
    if not (ticket.is_on_site or ticket.arrived_at or ticket.departed_at):
        return ()
    return (
        Field(phrases.say("arrived"), phrases.when(ticket.arrived_at)),
        Field(phrases.say("departed"), phrases.when(ticket.departed_at)),
    )


def _contacts(contacts: tuple[Contact, ...], phrases: Phrases) -> str:
    return "\n".join(
        joined(phrases.when(each.at), phrases.code("contact", each.how), each.whom)
        for each in contacts
    )
