"""Any operation at all: those that a tablet writes, and those that only an adversary would."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from shared.operations.operation import Kind
from shared.operations.states import MOVES
from shared.ticket import fields
from shared.ticket.shapes import Shape
from shared.ticket.ticket import State

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


POINT = mostly(st.lists(NUMBER, min_size=3, max_size=3), st.lists(NUMBER, max_size=4))
PRIMITIVE: Mapping[str, Values] = {
    "anything": JUNK, "text": TEXT, "flag": FLAG, "number": NUMBER, "count": COUNT, "time": TIME,
    "sha256": SHA, "object": some({"lat": NUMBER}), "point": POINT,
}  # fmt: skip


def shaped(shape: Shape) -> Values:
    """Values of a shape, and some that just miss it."""
    match shape.kind:
        case "code":
            return code(*shape.codes)
        case "list":
            assert shape.item
            return st.lists(shaped(shape.item), max_size=3)
        case "members":
            return some({name: shaped(member) for name, member in shape.members.items()})
        case kind:
            return PRIMITIVE[kind]


def code(*codes: str) -> Values:
    return mostly(st.sampled_from(codes), st.sampled_from(["banana", ""]))


SIGN_OFF = shaped(fields.SIGN_OFF)
SIGNED = st.builds(
    lambda sign_off, must: {**sign_off, **must},
    SIGN_OFF,
    mostly(st.just({"id": "s1", "outcome": "conformity", "digest": "0" * 64}), st.just({})),
)


FIELDS: Mapping[str, Values] = {
    **{field.name: shaped(field.shape) for field in fields.FIELDS},
    "state": code(*State), "x_new": JUNK,
}  # fmt: skip

ENTRIES: Mapping[str, Values] = {
    **{
        collection.name: some({
            "id": NAME, "voided": JUNK,
            **{member.name: shaped(member.shape) for member in collection.members},
        })
        for collection in fields.COLLECTIONS
    },
    "spells": some({"id": NAME}),
}  # fmt: skip


def _one_field(name: str) -> Values:
    return st.dictionaries(st.just(name), mostly(st.none() | FIELDS[name], JUNK), min_size=1)


SET_FIELDS: Values = mostly(
    st.lists(st.sampled_from(sorted(FIELDS)).flatmap(_one_field), min_size=1, max_size=3).map(
        lambda said: {name: value for one in said for name, value in one.items()}
    ),
    JUNK,
)

MUST: Mapping[str, Mapping[str, Values]] = {
    collection.name: {m.name: shaped(m.shape) for m in collection.members if m.required}
    for collection in fields.COLLECTIONS
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
        "checklist": COUNT,
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
