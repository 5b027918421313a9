"""A step is declared beside its screen; one more between two others breaks neither."""

import flet as ft
import pytest

from field_app.screens import places, steps
from field_app.screens.steps import (
    DONE,
    REVIEW,
    SIGN,
    VISIT,
    Step,
    done_steps,
    known,
    ordered,
    step,
)
from shared.closure.checklist import rules
from shared.closure.missing import Missing
from shared.ticket.ticket import Record, Ticket
from shared.words import LANGUAGES, t

CODES = [each.code for each in ordered()]

OFFICE = {"nature", "type", "priority", "assignee", "escalation", "conflicts"}
"""What only the office can settle."""


def ticket(**fields: object) -> Ticket:
    return Ticket.of(Record("t", fields))


def done(*lacking: str, **fields: object) -> list[str]:
    missing = [Missing("CL06", field, field, field) for field in lacking]
    found = done_steps(ticket(**fields), missing, asked=False)
    return [each.code for each in ordered() if each.code in found]


@pytest.fixture
def inserted(monkeypatch: pytest.MonkeyPatch) -> Step:
    """One more step, between work and photos."""
    ordered()
    monkeypatch.setattr(steps, "_STEPS", dict(steps._STEPS))

    @step("invented", "of_the_invented", order=45, icon=ft.Icons.PRINT_ROUNDED,
          applies=lambda ticket: ticket.is_on_site)  # fmt: skip
    def invented_screen(view: object) -> ft.Control:
        return ft.Container()

    return known("invented")


def test_the_steps_are_in_order_and_named_in_both_languages():
    today = ["visit", "asset", "diagnosis", "work", "photos", "test", "review", "sign", "done"]
    assert [code for code in CODES if code in today] == today
    assert (CODES[0], CODES[-3:]) == (VISIT, [REVIEW, SIGN, DONE])
    assert all(t(f"tablet.step.{code}", language) for code in CODES for language in LANGUAGES)
    for language in LANGUAGES:
        assert all(t(f"tablet.place.{each.code}", language) for each in places.places())


def test_each_field_of_a_rule_is_filled_in_at_a_step_or_settled_by_the_office():
    fields = {field for rule in rules() for field in rule.fields}
    filled_in = {field for each in ordered() for field in each.fields}
    assert fields - filled_in == OFFICE
    assert not OFFICE & filled_in


@pytest.mark.parametrize(
    ("lacking", "fields", "undone"),
    [
        ((), {"mode": "on_site", "asset": "a"}, {"sign", "done"}),
        ((), {"mode": "on_site"}, {"sign", "done"}),
        ((), {"mode": "remote"}, {"done"}),
        ((), {}, {"photos", "sign", "done"}),
        (("diagnosis",), {"mode": "remote"}, {"diagnosis", "review", "done"}),
        (("meter",), {"mode": "on_site", "asset": "a"}, {"asset", "review", "sign", "done"}),
        (("sign_off",), {"mode": "on_site"}, {"sign", "done"}),
        (("evidence.report",), {"mode": "remote"}, {"done"}),
        (("escalation",), {"mode": "remote"}, {"review", "done"}),
        ((), {"mode": "on_site", "sign_off": {"outcome": "conformity"}}, {"done"}),
    ],
)
def test_a_step_is_done_when_nothing_is_missing_there(lacking, fields, undone):
    assert done(*lacking, **fields) == [code for code in CODES if code not in undone]


def test_all_is_done_when_the_office_was_asked():
    missing = [Missing("CL06", "diagnosis", "", "")]
    assert done_steps(ticket(), missing, asked=True) == set(CODES)


def test_one_more_step_breaks_no_other(inserted: Step):
    after = CODES.index("work") + 1
    assert [each.code for each in ordered()] == [*CODES[:after], "invented", *CODES[after:]]
    assert (steps.following("work"), steps.following("invented")) == ("invented", "photos")
    assert [c for c in done(mode="on_site", asset="a") if c != "invented"] == [
        c for c in CODES if c not in (SIGN, "done")
    ]  # fmt: skip
    on_site = done("of_the_invented", mode="on_site")
    assert "invented" not in on_site
    assert REVIEW not in on_site
    assert "invented" in done(mode="remote")


def test_arriving_passes_over_what_does_not_apply():
    assert steps.next_to_do(VISIT, ticket(asset="a")) == "asset"
    assert steps.next_to_do(VISIT, ticket()) == "diagnosis"
    assert steps.next_to_do("done", ticket()) == "done"


@pytest.mark.parametrize(
    ("code", "field", "order"), [("work", "x", 41), ("x", "solution", 41), ("x", "y", 40)]
)
def test_a_step_a_number_and_a_field_are_declared_once(inserted: Step, code, field, order):
    with pytest.raises(steps.DeclaredTwice, match=code):
        step(code, field, order=order, icon=ft.Icons.PRINT_ROUNDED)(lambda view: None)
