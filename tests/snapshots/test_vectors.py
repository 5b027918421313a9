"""The vectors in docs/sync-vectors: today's code still gives the answers written there.

Another client may be built on them, so an answer changes only on purpose (`make snapshots`).
"""

import os

import pytest

from shared.closure.checklist import rules
from tests.snapshots.given.canonical import CANONICAL_JSON
from tests.snapshots.given.checklists import CHECKLISTS
from tests.snapshots.given.digests import REPORT_DIGESTS, SIGN_OFF_DIGESTS, SIGN_OFFS_HOLD
from tests.snapshots.given.merges import APPLIES, MERGES
from tests.snapshots.given.moves import MOVES_MADE
from tests.snapshots.given.operations import OPERATION_HASHES, OPERATIONS_READ
from tests.snapshots.given.transport import CONTENT_DIGESTS, PACKED_BODIES, SCOPE_DIGESTS
from tests.snapshots.vector_file import FOLDER, VectorFile, plain

FILES = (
    CANONICAL_JSON, OPERATION_HASHES, OPERATIONS_READ, CONTENT_DIGESTS, PACKED_BODIES,
    SCOPE_DIGESTS,
    SIGN_OFF_DIGESTS, SIGN_OFFS_HOLD, REPORT_DIGESTS, MERGES, APPLIES, MOVES_MADE, CHECKLISTS,
)  # fmt: skip

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@pytest.mark.snapshot
@each_file
def test_the_vectors_are_those_that_the_code_gives(file: VectorFile):
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write()
    assert file.written() == file.worked_out(), "changed on purpose? make snapshots"


@each_file
def test_every_vector_is_answered_from_the_file_alone(file: VectorFile):
    for case in file.written()["cases"]:
        assert plain(file.answer(case["given"])) == case["expect"], case["name"]


@each_file
def test_a_vector_file_says_what_it_is_and_names_each_case_once(file: VectorFile):
    document = file.written()
    names = [case["name"] for case in document["cases"]]
    assert document["description"].endswith(".")
    assert len(set(names)) == len(names) > 0


def test_no_vector_file_is_forgotten():
    assert {path.stem for path in FOLDER.glob("*.json")} == {file.name for file in FILES}


def test_the_checklist_vectors_speak_of_every_rule():
    found = {
        missing["rule"] for case in CHECKLISTS.written()["cases"] for missing in case["expect"]
    }
    assert found == {rule.id for rule in rules()}
