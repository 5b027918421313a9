"""What exactly was signed, as one hash: canonical JSON (RFC 8785) and the digests over it.

Two things are hashed. `sign_off_digest` binds the customer's statement to what was on the screen;
`report_digest` names the whole record that travels inside the report. Both are computed on the
tablet and again on the server, from the same functions, over the same covered fields.
"""

import math
import re
from collections.abc import Collection, Mapping
from hashlib import sha256
from json.encoder import JSONEncoder, encode_basestring
from typing import Any

from shared.ticket.fields import (
    REPORTED_ENTRIES,
    REPORTED_FIELDS,
    SHOWN_ENTRIES,
    SHOWN_FIELDS,
    SHOWN_OF_EVIDENCE,
)
from shared.ticket.ticket import Record

REPORT_FORMAT = 2
"""The newest format of a report's record; an office says in its greeting which one it reads."""

SHOWN_EVIDENCE = frozenset({"before", "after", "capture", "transcript"})


class NotCanonical(ValueError):
    """This value has no canonical JSON form: a lone surrogate, NaN, infinity or a foreign type."""


def canonical(value: Any) -> bytes:
    """`value` as canonical JSON in UTF-8 (RFC 8785). Raises NotCanonical."""
    try:
        return (_PLAIN.encode(value) if is_plain(value) else _text(value)).encode("utf-8")
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def have_one_form(one: Any, other: Any) -> bool:
    """Whether two values that were read from JSON have the same canonical form.

    Mostly they are equal, and any encoder writes them alike but for 1 and 1.0: that tells 1 from
    true, which are equal in Python. Raises NotCanonical.
    """
    try:
        alike = one == other and _written(one) == _written(other)
    except (TypeError, ValueError, RecursionError):
        alike = False
    return alike or canonical(one) == canonical(other)


def _written(value: Any) -> str:
    return _NO_FRACTION.sub("", _ALIKE.encode(value))


_NO_FRACTION = re.compile(r"\.0(?=[,\]}])")


def digest(value: Any) -> str:
    """Hex sha256 of the canonical form. Raises NotCanonical."""
    return sha256(canonical(value)).hexdigest()


def is_plain(value: Any) -> bool:
    """Whether any JSON encoder writes the same, so that a fast one may: no fractions, no large
    numbers, no names beyond ASCII, nothing but what JSON is read as. A circle never ends."""
    waiting: list[Any] = [(value,)]
    while waiting:
        level = waiting.pop()
        if type(level) is dict:
            if not _are_ascii(level):
                return False
            level = level.values()
        if _WORDS.issuperset(map(type, level)):
            continue
        for value in level:
            kind = type(value)
            if kind in _NESTED:
                waiting.append(value)
            elif kind is int:
                if not -(2**53) <= value <= 2**53:
                    return False
            elif kind not in _WORDS:
                return False
    return True


def _are_ascii(names: Mapping[Any, Any]) -> bool:
    try:
        return "".join(names).isascii()
    except TypeError:
        return False


_NESTED = frozenset({dict, list, tuple})
_WORDS = frozenset({str, bool, type(None)})


def shown_content(record: Record) -> dict[str, Any]:
    """What the customer had before their eyes, without what they then wrote and drew."""
    return {
        "ticket": record.id,
        "fields": _present(record, SHOWN_FIELDS),
        "entries": {name: _not_voided(record, name) for name in SHOWN_ENTRIES},
        "evidence": [
            {name: entry[name] for name in SHOWN_OF_EVIDENCE if entry.get(name) is not None}
            for entry in _not_voided(record, "evidence")
            if entry.get("kind") in SHOWN_EVIDENCE
        ],
    }  # fmt: skip


def sign_off_digest(record: Record, sign_off: Mapping[str, Any]) -> str:
    """The digest that a sign-off must carry to be valid for `record` as it stands now. CL17.

    It covers the content shown and the whole statement (outcome, name, text agreed to, strokes,
    time, place …): neither can change without the other noticing.
    """
    statement = {name: value for name, value in sign_off.items() if name != "digest"}
    return digest({"content": shown_content(record), "statement": statement})


def sign_off_holds(record: Record) -> bool:
    """Whether the record's current sign-off still says yes to exactly this content."""
    sign_off = record.fields.get("sign_off")
    return isinstance(sign_off, Mapping) and sign_off.get("digest") == sign_off_digest(
        record, sign_off
    )


def report_record(
    record: Record,
    folio: str | None = None,
    lost: Collection[str] | None = None,
    shown: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The record attached to the service report, without anything the office changes later.

    `folio` is the one printed; a ticket born offline may be reported under its provisional one.
    `lost` are the hashes of which the report says that their bytes never arrived: all that the
    record says unless told; a report may be older than a loss.
    With `shown` (`shared.report.shown.Shown.document`) it is of format 2 and says, beside the
    record, every word on the pages; without, of format 1, which names what it can by ids alone.
    """
    known = lost_bytes(record)
    named = [name for name in known if lost is None or name in lost]
    return {
        **({"format": 1} if shown is None else {"format": 2, "shown": shown}),
        "ticket": record.id,
        "folio": folio or known_folio(record),
        "fields": _present(record, REPORTED_FIELDS),
        "entries": {n: _not_voided(record, n) for n in _reported_entries(shown is not None)},
        "evidence": [e for e in _not_voided(record, "evidence") if e.get("kind") != "report"],
        "sign_off": record.fields.get("sign_off"),
        **({"lost": named} if named else {}),
    }


def lost_bytes(record: Record) -> list[str]:
    """The hashes, in order, of the evidence whose bytes its tablet no longer has."""
    lost = record.fields.get("bytes_lost") or {}
    rows = (e for e in _not_voided(record, "evidence") if e.get("kind") != "report")
    return sorted({str(entry.get("sha256")) for entry in rows} & set(lost))


def _reported_entries(is_shown: bool) -> tuple[str, ...]:
    # Nobody shows a customer what colleagues note; format 1 said it and is read for ever.
    return tuple(n for n in REPORTED_ENTRIES if n != "notes") if is_shown else REPORTED_ENTRIES


def report_digest(
    record: Record, folio: str | None = None, shown: Mapping[str, Any] | None = None
) -> str:
    """Hex sha256 of the report record; its first 32 characters are in the report's QR."""
    return digest(report_record(record, folio, shown=shown))


def known_folio(record: Record) -> str:
    """The server's folio, or the provisional one of a ticket born offline."""
    fields = record.fields
    return str(fields.get("folio") or fields.get("provisional_folio") or record.id)


def _present(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record.fields[name] for name in names if record.fields.get(name) is not None}


def _not_voided(record: Record, collection: str) -> list[Mapping[str, Any]]:
    # In order of id, so that two replicas that received entries in another order agree.
    entries = sorted(record.entries.get(collection, ()), key=lambda entry: str(entry["id"]))
    return [entry for entry in entries if "voided" not in entry]


_ALIKE = JSONEncoder(sort_keys=True, allow_nan=False, check_circular=False)

_PLAIN = JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        members = (f"{encode_basestring(k)}:{_text(value[k])}" for k in _ordered(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise NotCanonical(f"{type(value).__name__} has no JSON form")


def _ordered(value: Mapping[Any, Any]) -> list[str]:
    if not all(isinstance(key, str) for key in value):
        raise NotCanonical("an object's names are text")
    if all(map(str.isascii, value)):
        return sorted(value)
    return sorted(value, key=lambda key: key.encode("utf-16-be"))


def _number(value: int | float) -> str:
    """ECMAScript's Number::toString, as RFC 8785 3.2.2.3 asks."""
    if isinstance(value, int):
        if abs(value) > 2**53 and not _is_written_double(value):
            raise NotCanonical("a whole number beyond 2^53: give it as text")
        return str(value)
    if not math.isfinite(value):
        raise NotCanonical(f"{value} has no JSON form")
    if value == 0:
        return "0"
    # Where Python needs no exponent, ECMAScript needs none and writes the same digits.
    plainly = float.__repr__(value)
    if "e" not in plainly:
        return plainly.removesuffix(".0")
    sign, digits, exponent = _shortest(value)
    return sign + _placed(digits, exponent)


def _is_written_double(value: int) -> bool:
    # 1e20 is written with all its zeros: what was canonical once is canonical when read again.
    return abs(value) < 10**21 and _number(float(value)) == str(value)


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, shortest round-trip digits and n, where the value is 0.digits × 10^n."""
    mantissa, _, power = f"{abs(value)!r}e0".partition("e")
    power = power.removesuffix("e0")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    exponent = len(whole) - leading + int(power)
    return "-" if value < 0 else "", digits.rstrip("0"), exponent


def _placed(digits: str, n: int) -> str:
    if len(digits) <= n <= 21:
        return digits + "0" * (n - len(digits))
    if 0 < n <= 21:
        return f"{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:
        return f"0.{'0' * -n}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{n - 1:+d}"
