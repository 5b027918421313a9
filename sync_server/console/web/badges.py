"""Chips: what a code looks like to a person, as an icon, a word and a tone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.operations.operation import Outcome
from shared.ticket.ticket import Channel, Priority, State
from shared.words import t


@dataclass(frozen=True, slots=True)
class Mark:
    """`tone` is a class of console.css: accent, info, good, warn, bad, or nothing."""

    icon: str
    word: str
    tone: str = ""


STATES: Mapping[str, tuple[str, str]] = {
    State.NEW: ("inbox", "info"),
    State.CLASSIFIED: ("tag", "info"),
    State.ASSIGNED: ("user-check", "accent"),
    State.IN_ANALYSIS: ("wrench", "accent"),
    State.WAITING_CUSTOMER: ("message-circle", "warn"),
    State.WAITING_FINAL_SOLUTION: ("package", "warn"),
    State.JOINT_ANALYSIS: ("users", "accent"),
    State.ESCALATED: ("flame", "bad"),
    State.CUSTOMER_VALIDATION: ("clipboard-check", "info"),
    State.CLOSE_REQUESTED: ("handshake", "info"),
    State.CLOSED: ("circle-check", "good"),
    State.MERGED: ("combine", ""),
    State.REFERRED: ("corner-up-right", ""),
}

PRIORITIES: Mapping[str, tuple[str, str]] = {
    Priority.HIGH: ("triangle-alert", "bad"),
    Priority.MEDIUM: ("circle-dot", "warn"),
    Priority.LOW: ("circle-dashed", ""),
}

CHANNELS: Mapping[str, str] = {
    Channel.PORTAL: "layout-dashboard",
    Channel.EMAIL: "mail",
    Channel.WHATSAPP: "message-circle",
    Channel.PHONE: "phone",
    Channel.MONITORING: "radio",
    Channel.ACCOUNT_EXECUTIVE: "user-round",
    Channel.CHATBOT: "bot",
}

FLAGS: Mapping[str, tuple[str, str]] = {
    "closing": ("hourglass", "warn"),
    "report_differs": ("shield-alert", "bad"),
    "clock_changed": ("clock-alert", "warn"),
    "late": ("hourglass", "warn"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    Outcome.APPLIED: ("check", ""),
    Outcome.CONFLICT: ("git-compare-arrows", "warn"),
    Outcome.LATE: ("hourglass", "warn"),
    Outcome.PARKED: ("circle-parking", "warn"),
    Outcome.REJECTED: ("circle-x", "bad"),
    Outcome.DUPLICATE: ("check", ""),
}


def state(code: str, language: str) -> Mark:
    icon, tone = STATES[code]
    return Mark(icon, t(f"process.state.{code}", language), tone)


def priority(code: str, language: str) -> Mark:
    """A priority's chip; one that was never set says so."""
    if code not in PRIORITIES:
        return Mark("circle-dashed", t("office.no_priority", language))
    icon, tone = PRIORITIES[code]
    return Mark(icon, t(f"process.priority.{code}", language), tone)


def channel(code: str, language: str) -> Mark:
    if code not in CHANNELS:
        return Mark("inbox", t("office.no_channel", language))
    return Mark(CHANNELS[code], t(f"process.channel.{code}", language))


def outcome(code: str, language: str) -> Mark:
    icon, tone = OUTCOMES[code]
    return Mark(icon, t(f"process.outcome.{code}", language), tone)


def flags(codes: Iterable[str], language: str) -> list[Mark]:
    """Chips of the flags that we have words for, in their order."""
    return [
        Mark(FLAGS[code][0], t(f"process.flag.{code}", language), FLAGS[code][1])
        for code in FLAGS
        if code in set(codes)
    ]
