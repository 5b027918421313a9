"""Any operation at all: those that a tablet writes, and those that only an adversary would."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from shared.operations.operation import Kind
from shared.operations.states import MOVES
from shared.ticket.evidence import EvidenceKind
from shared.ticket.sign_off import SignOffOutcome
from shared.ticket.ticket import Channel, Mode, Nature, Priority, State, Type

Values = st.SearchStrategy[Any]

LETTERS = st.characters(exclude_categories=["Cs"])
WHOLE = st.integers(-(2**53), 2**53)
JUNK: Values = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(-1e15, 1e15) | st.text(LETTERS, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(LETTERS, max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
"""JSON of any kind, with numbers that every language reads alike."""


def mostly(right: Values, wrong: Values) -> Values:
    """The right one in nine of ten, so that whole operations come through as well."""
    return st.integers(0, 9).flatmap(lambda ten: wrong if ten == 9 else right)


LONG = st.sampled_from(["x" * 20_000, "x" * 20_001])
TEXT = mostly(st.text(LETTERS, max_size=12), LONG)
NAME = mostly(
    st.sampled_from(["a1", "a2", "019cd3a6-6e00-7000-8000-000000000001", "x" * 64]),
    st.sampled_from(["ñ", "a 1", "a1\n", "", "x" * 65]),
)
COUNT = mostly(st.integers(0, 2**53), st.sampled_from([2**53, -1]))
FLAG = st.booleans()
SHA = mostly(
    st.sampled_from(["a" * 64, "0" * 64]), st.sampled_from(["A" * 64, "a" * 63, "a" * 64 + "\n"])
)
NUMBER = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
MOMENT = st.builds(
    "{}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}".format,
    st.sampled_from(["2026", "2024", "1900", "2000", "2999", "1899", "3000", "0001", "26"]),
    st.integers(0, 13), st.integers(0, 32), st.sampled_from("TTTTt _"), st.integers(0, 24),
    st.integers(0, 60), st.integers(0, 60), st.sampled_from(["", ".1", ".123456789", "."]),
    st.sampled_from(["Z", "z", "-06:00", "+23:59", "+24:00", "-00:60", "", "\n", "Z\n"]),
)  # fmt: skip
TIME = mostly(
    st.sampled_from(["2026-03-09T09:52:00-06:00", "1900-01-01t00:00:00z", "2999-12-31 23:59:59Z"]),
    MOMENT,
)


def some(members: Mapping[str, Values]) -> Values:
    """An object with any of these members, each right or null, and perhaps one of the future."""
    each = {name: st.none() | values for name, values in members.items()}
    return st.fixed_dictionaries({}, optional={**each, "x_new": JUNK})


METER = some({"total": COUNT, "bw": COUNT, "colour": COUNT})
POINT = mostly(st.lists(NUMBER, min_size=3, max_size=3), st.lists(NUMBER, max_size=4))
STROKES = st.lists(st.lists(POINT, max_size=3), max_size=2)
SIGN_OFF = some({
    "id": NAME | TEXT, "outcome": st.sampled_from([*map(str, SignOffOutcome), "maybe"]),
    "name": TEXT, "position": TEXT, "reason": TEXT, "remarks": TEXT, "strokes": STROKES,
    "typed": TEXT, "witness": TEXT, "signed_at": TIME, "place": some({"lat": NUMBER}),
    "locale": TEXT, "text": TEXT, "digest": SHA,
})  # fmt: skip
SIGNED = st.builds(
    lambda sign_off, must: {**sign_off, **must},
    SIGN_OFF,
    mostly(st.just({"id": "s1", "outcome": "conformity", "digest": "0" * 64}), st.just({})),
)


def code(*codes: str) -> Values:
    return mostly(st.sampled_from(codes), st.sampled_from(["banana", ""]))


FIELDS: Mapping[str, Values] = {
    **dict.fromkeys(
        "folio provisional_folio customer site asset description impact group assignee "
        "provisional_classification created_by follow_up_of meter_exception diagnosis root_cause "
        "root_cause_text solution final_classification".split(), TEXT,
    ),
    **dict.fromkeys("created_at arrived_at departed_at tested_at".split(), TIME),
    **dict.fromkeys("warranty billable history_reviewed serial_matched".split(), FLAG),
    "channel": code(*Channel), "nature": code(*Nature), "type": code(*Type),
    "priority": code(*Priority), "mode": code(*Mode), "test_result": code("passed", "failed"),
    "requester": some({"name": TEXT, "contact": TEXT, "kind": code("customer", "consultant")}),
    "watchers": st.lists(TEXT, max_size=3),
    "due": some({"response": TIME, "on_site": TIME, "resolution": TIME}),
    "assignments": st.lists(some({"engineer": TEXT, "since": TIME, "until": TIME}), max_size=2),
    "meter": METER, "satisfaction": some({"rating": COUNT, "comment": TEXT}),
    "sign_off": SIGN_OFF,
    "state": code(*State), "paused": JUNK, "escalation": JUNK, "x_new": JUNK,
}  # fmt: skip

ENTRIES: Mapping[str, Values] = {
    "contacts": some({"id": NAME, "at": TIME, "how": TEXT, "with": TEXT}),
    "actions": some({"id": NAME, "at": TIME, "text": TEXT, "voided": JUNK}),
    "parts_used": some(
        {"id": NAME, "code": TEXT, "quantity": COUNT, "serial": TEXT, "justification": TEXT}
    ),
    "parts_pending": some(
        {"id": NAME, "code": TEXT, "quantity": COUNT, "blocking": FLAG, "special": FLAG,
         "eta": TEXT}
    ),
    "time_entries": some(
        {"id": NAME, "start": TIME, "end": TIME, "kind": code("travel", "work", "wait")}
    ),
    "evidence": some(
        {"id": NAME, "sha256": SHA, "mime": TEXT, "size": COUNT, "kind": code(*EvidenceKind),
         "caption": TEXT, "taken_at": TIME, "position": some({"lat": NUMBER, "accuracy": NUMBER})}
    ),
    "notes": some({"id": NAME, "at": TIME, "text": TEXT}),
    "readings": some({"id": NAME, "at": TIME, "meter": METER}),
    "spells": some({"id": NAME}),
}  # fmt: skip


def _one_field(name: str) -> Values:
    return st.dictionaries(st.just(name), mostly(st.none() | FIELDS[name], JUNK), min_size=1)


SET_FIELDS: Values = mostly(
    st.lists(st.sampled_from(sorted(FIELDS)).flatmap(_one_field), min_size=1, max_size=3).map(
        lambda fields: {name: value for one in fields for name, value in one.items()}
    ),
    JUNK,
)

MUST: Mapping[str, Mapping[str, Values]] = {
    "time_entries": {"start": TIME, "end": TIME},
    "evidence": {"sha256": SHA, "kind": code(*EvidenceKind)},
}


def _whole(collection: str) -> Values:
    """An entry with what it cannot do without; the reverse of the dice is an entry without."""
    must = st.fixed_dictionaries({"id": NAME, **MUST.get(collection, {})})
    return st.builds(lambda any, whole: {**any, **whole}, ENTRIES[collection],
                     mostly(must, st.just({})))  # fmt: skip


ENTRY: Values = st.sampled_from(sorted(ENTRIES)).flatmap(
    lambda name: st.fixed_dictionaries(
        {"collection": mostly(st.just(name), JUNK), "entry": mostly(_whole(name), JUNK)}
    )
)

WORDS = dict.fromkeys("question area awaiting reason proof folio assignee trigger to".split(), TEXT)
COMMAND: Values = st.fixed_dictionaries(
    {"name": st.sampled_from([*MOVES, "abracadabra"])},
    optional={
        **WORDS,
        "level": COUNT,
        "report": SHA,
        "reason": mostly(TEXT, JUNK),
        "assignee": NAME,
    },
)

BODIES: Mapping[Kind, Values] = {
    Kind.CREATE: st.fixed_dictionaries({"fields": SET_FIELDS}),
    Kind.SET: st.fixed_dictionaries({"fields": SET_FIELDS}),
    Kind.APPEND: ENTRY,
    Kind.VOID: st.fixed_dictionaries(
        {"collection": code(*ENTRIES), "id": mostly(NAME, TEXT), "reason": mostly(TEXT, JUNK)}
    ),
    Kind.SIGN: st.fixed_dictionaries({"sign_off": mostly(SIGNED, JUNK)}),
    Kind.COMMAND: COMMAND,
}


def _message(kind: str, body: Any) -> Values:
    return st.fixed_dictionaries(
        {
            "n": st.integers(1, 10), "op_id": mostly(NAME, TEXT), "ticket": mostly(NAME, TEXT),
            "kind": st.just(kind), "base_rev": st.integers(0, 10), "captured_at": TIME,
            "body": st.just(body),
        },
        optional={"schema": mostly(st.just(1), st.sampled_from([2, "1", True])), "x_new": JUNK},
    )  # fmt: skip


MESSAGES: Values = st.sampled_from(sorted(Kind)).flatmap(
    lambda kind: mostly(BODIES[kind], JUNK).flatmap(lambda body: _message(kind.value, body))
)


def readable(kind: Kind) -> Values:
    """Operations of one kind that are well enough formed to reach the body's own checks."""
    return BODIES[kind].map(
        lambda body: {
            "n": 1, "op_id": "o1", "ticket": "t1", "kind": kind.value, "schema": 1, "base_rev": 0,
            "captured_at": "2026-03-09T09:52:00-06:00", "body": body,
        }
    )  # fmt: skip
