"""The fifty faults that sync survives, and the tests in which each of them happens."""

import re
from collections import defaultdict
from collections.abc import Mapping

from tests.contract.pages import TESTS, functions, places_of

FAULTS: Mapping[int, str] = {
    1: "the answer is lost after the office committed",
    2: "a request is cut in its body",
    3: "an answer is cut in its headers, or in its body",
    4: "the same push twice, one after the other and at once",
    5: "batches arrive in another order",
    6: "the office is killed before and after COMMIT",
    7: "the tablet is killed between a photo's file and its row",
    8: "killed between applying a page and its cursor",
    9: "two tablets write the same field",
    10: "two tablets write different fields",
    11: "one tablet writes a field five times offline",
    12: "a clock is three days ahead, or behind",
    13: "a clock jumps in the middle of the queue",
    14: "a ticket is reassigned with work pending",
    15: "reassigned away and back",
    16: "finalised offline, meanwhile merged or referred",
    17: "two tablets finalise",
    18: "finalised with photos missing",
    19: "finalised with facts missing",
    20: "work after the closing",
    21: "a photo is cut at every piece",
    22: "a photo is damaged on the tablet's disk",
    23: "the same photo on two tickets",
    24: "the object store is away",
    25: "a file arrives before the operation that names it",
    26: "the tablet's disk is full",
    27: "the office's disk is full",
    28: "a tablet's database is restored",
    29: "a database is copied to a second tablet",
    30: "the outbox emptied, then a new operation",
    31: "the office is restored from an older backup",
    32: "a cursor is ahead of the office",
    33: "the app is upgraded with a queue",
    34: "the app is three versions old",
    35: "an operation of an unknown kind",
    36: "an operation that the office cannot digest",
    37: "the token ends in the middle of a push",
    38: "a user left with operations pending",
    39: "a second person on one tablet",
    40: "30 days offline, 1,000 operations, 500 photos",
    41: "a captive portal answers",
    42: "a proxy answers 413, 502 or 504",
    43: "others write on PostgreSQL during a pull",
    44: "somebody else's transaction is left open",
    45: "two sync loops on one tablet",
    46: "a ticket is deleted with edits pending",
    47: "10,000 tickets assigned at once, killed halfway",
    48: "the digests of the two sides differ",
    49: "a stale pull after one's own push",
    50: "uninstalled or erased with a queue",
}

ELSEWHERE: Mapping[int, tuple[str, ...]] = {
    4: ("test_the_same_push_sixteen_times_at_once_is_taken_once",),
    7: (
        "test_a_file_killed_before_its_row_is_an_orphan_that_nothing_deletes",
        "test_taking_the_same_photo_again_adopts_the_orphan",
    ),
    8: ("test_a_round_killed_after_any_step_repeats_harmlessly",),
    9: ("test_two_tablets_of_one_engineer_on_one_field",),
    10: ("test_different_fields_never_meet",),
    11: ("test_five_edits_of_one_field_offline_are_no_conflict_with_oneself",),
    12: ("test_a_clock_three_days_ahead_does_not_break_the_promise",),
    13: ("test_a_clock_that_jumps_is_said_on_the_ticket",),
    14: (
        "test_a_ticket_reassigned_with_work_pending_keeps_the_work_and_tells_both",
    ),
    15: ("test_a_ticket_that_comes_back_can_be_worked_on_again",),
    18: ("test_a_ticket_whose_photos_are_not_there_yet_waits_for_them",),
    19: (
        "test_a_closing_that_the_office_rejects_comes_back_as_work_to_correct",
    ),
    20: (
        "test_what_arrives_after_the_closing_is_kept_as_late_and_changes_nothing",
    ),
    21: ("test_an_upload_cut_after_any_piece_goes_on_from_there",),
    22: ("test_a_damaged_photo_does_not_hold_up_the_next_one",),
    23: ("test_two_tablets_send_the_same_photo",),
    26: ("test_a_nearly_full_disk_refuses_the_file_with_a_sentence",),
    28: ("test_a_tablet_put_back_to_yesterday_goes_on_without_losing_today",),
    29: (
        "test_a_cloned_tablet_becomes_another_one_and_neither_loses_anything",
    ),
    30: ("test_a_number_is_never_used_again_after_the_outbox_emptied",),
    31: ("test_an_office_restored_from_an_older_backup_gets_everything_again",),
    32: ("test_a_cursor_that_is_not_ours_starts_from_the_beginning",),
    33: ("test_an_operation_of_yesterday_is_still_read_and_applied",),
    34: ("test_an_app_too_old_to_read_still_hands_in_its_work",),
    35: (
        "test_what_cannot_be_applied_is_kept_byte_for_byte_and_the_next_one_goes_on",
    ),
    36: ("test_no_operation_that_can_be_read_is_poison",),
    37: ("test_a_token_that_ends_in_mid_push_leaves_the_queue_as_it_is",),
    38: ("test_what_a_leaver_still_sends_is_put_aside",),
    39: ("test_two_people_on_one_tablet_have_queues_apart",),
    40: ("test_a_month_offline_goes_up_in_batches",),
    42: ("test_batches_halve_until_the_office_takes_them",),
    45: ("test_a_second_tablet_on_the_same_folder_is_refused_with_a_sentence",),
    46: ("test_a_ticket_deleted_in_the_office_keeps_what_was_done_here",),
    47: (
        "test_a_pull_killed_halfway_goes_on_where_it_stopped",
    ),
    48: ("test_sides_that_differ_are_read_anew_and_the_outbox_is_not_touched",),
    49: ("test_a_pull_that_does_not_know_of_our_work_does_not_hide_it",),
    50: ("test_a_retired_tablet_forgets_the_office_and_keeps_what_was_captured",),
}  # fmt: skip
"""Tests outside tests/faults in which a fault happens too, by name."""


def table() -> str:
    """The table of docs/SYNC.md: fault, and the tests that bring it about."""
    held = _held()
    rows = [
        f"| {number} | {fault} | {'<br>'.join(f'`{test}`' for test in held[number]) or '–'} |"
        for number, fault in FAULTS.items()
    ]
    return "\n".join(["| | fault | tests |", "|---|---|---|", *rows, ""])


def _held() -> dict[int, list[str]]:
    """The tests of each fault: those of tests/faults begin with its number."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((TESTS / "faults").glob("**/test_*.py")):
        for name in functions(path):
            if number := re.match(r"test_(\d\d)_", name):
                where = path.relative_to(TESTS).as_posix()
                found[int(number.group(1))].append(f"{where}::{name}")
    for fault, names in ELSEWHERE.items():
        found[fault] += [place for name in names for place in places_of(name)]
    return found
