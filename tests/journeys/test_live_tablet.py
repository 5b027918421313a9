"""A ticket assigned at the console is on the tablet at once, without anybody asking."""

import threading
import time

import pytest

pytestmark = pytest.mark.slow


def test_a_poke_from_the_office_starts_a_round(office, tablet):
    stop = threading.Event()
    live, engine = tablet.tablet.live, tablet.tablet.engine
    engine.step()
    listener = threading.Thread(target=live.listen, args=(stop,), daemon=True)
    listener.start()
    time.sleep(0.5)
    id = office.ticket()
    for _ in range(100):
        engine.wait(min(engine.step(), 0.1))
        if tablet.session.today().total:
            break
    assert [row.id for row in tablet.session.today().rows] == [id]
    stop.set()


def test_an_office_that_hangs_up_is_listened_to_again(office, tablet):
    stop, heard = threading.Event(), threading.Event()
    live = tablet.tablet.live
    live.moved, live.patience = heard.set, 0.0
    listener = threading.Thread(target=live.listen, args=(stop,), daemon=True)
    listener.start()
    time.sleep(0.3)
    office.stop()
    office.start()
    time.sleep(2.5)
    office.ticket()
    assert heard.wait(10)
    stop.set()
