"""Whatever can be read can be merged, shown, checked and told again: no operation is poison."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.closure.checklist import closure_checklist
from shared.operations.digest import canonical, report_digest, sign_off_holds
from shared.operations.merge import Versioned, merge
from shared.operations.operation import Kind, Operation, apply, read
from shared.operations.wire import operation_message
from shared.ticket.people import Actor, Role
from shared.ticket.shapes import Unreadable
from shared.ticket.ticket import Record, State, Ticket
from tests.contract.any_operation import MESSAGES, readable
from tests.shared.records import KNOWN, office, signed, unsigned

slowly = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
ACTORS = st.builds(Actor, st.sampled_from(["engineer-1", "engineer-2"]), st.sampled_from(Role))
STARTS = st.sampled_from([unsigned(), signed(), Record("ticket-1")])


def taken(messages: list[dict[str, object]]) -> list[Operation]:
    """Those of the messages that can be read; the others would be parked."""
    found = []
    for message in messages:
        with suppress(Unreadable):
            found.append(read(message))
    return found


@slowly
@given(
    STARTS,
    st.sampled_from(State),
    st.lists(st.tuples(MESSAGES, ACTORS, st.sampled_from("AB")), max_size=8),
)
@pytest.mark.slow
def test_no_operation_that_can_be_read_is_poison(start, state, steps):
    ticket = Versioned(start.with_fields({"state": state.value}))
    for message, actor, device in steps:
        for operation in taken([message]):
            ticket = merge(ticket, operation, device, actor).after
            assert Ticket.of(ticket.record).rev == ticket.record.rev
    view = Ticket.of(ticket.record)
    assert all(m.sentence("es") for m in closure_checklist(view, KNOWN))
    assert all(m.sentence("en") for m in closure_checklist(view, replace(KNOWN, office=office())))
    assert report_digest(ticket.record)
    agreed = signed(ticket.record)
    assert sign_off_holds(agreed)
    assert not sign_off_holds(agreed.with_fields({"solution": f"{view.solution} y más"}))
    assert canonical(dict(ticket.record.fields))


@slowly
@given(STARTS, st.lists(MESSAGES, max_size=8), ACTORS)
@pytest.mark.slow
def test_a_tablet_can_show_whatever_it_holds(start, messages, actor):
    for operation in taken(messages):
        once = apply(start, operation, actor)
        assert Ticket.of(once).id == start.id
        again = apply(once, operation, actor)
        if operation.kind is not Kind.COMMAND:
            assert again == once
        start = again


@pytest.mark.parametrize("kind", Kind)
def test_an_operation_read_is_told_again_in_the_same_words(kind):
    @slowly
    @given(readable(kind))
    def told(message):
        for operation in taken([message]):
            again = operation_message(operation)
            assert again["body"] == message["body"]
            assert read(again) == operation

    told()
