"""What can come between the tablet and the office, one class a cause, none of them a loss."""

from field_app.device.trouble import Trouble


class NoSignal(Trouble):
    """The office cannot be reached, or is too slow to be (`slow`)."""

    key = "sync.trouble.no_signal"


class BrokenAnswer(Trouble):
    """The answer was cut, or is not the one that was sent: it does not count."""

    key = "sync.trouble.broken_answer"


class NotOurServer(Trouble):
    """Somebody else answered: a captive portal, a proxy, a page."""

    key = "sync.trouble.not_our_server"


class SignedOut(Trouble):
    """401: the token is no longer good; `wipe` when the office retired the tablet."""

    key = "sync.trouble.signed_out"


class NotPermitted(Trouble):
    """403."""

    key = "sync.trouble.not_permitted"


class EnrolmentRefused(Trouble):
    """The code was used, has expired or never was."""

    key = "sync.trouble.enrolment_refused"


class BadAddress(Trouble):
    """What was typed is no address of a server."""

    key = "sync.trouble.bad_address"


class Gap(Trouble):
    """409: the office expects the operation `expect` first."""

    key = "sync.trouble.gap"


class Fork(Trouble):
    """409: an operation of this number was another one. SYNC.md, O2."""

    key = "sync.trouble.fork"


class TooLarge(Trouble):
    """413: fewer at a time."""

    key = "sync.trouble.too_large"


class RequestRefused(Trouble):
    """Another 4xx: a fault of this tablet's, or a version that the office does not know."""

    key = "sync.trouble.refused_request"


class UpdateNeeded(Trouble):
    """426: this app is too old to pull; its captured work still goes up."""

    key = "sync.trouble.update_needed"


class Busy(Trouble):
    """429, 502, 503, 504: later, after `seconds` where the office said so."""

    key = "sync.trouble.busy"


class OfficeFull(Trouble):
    """507: the office has no space."""

    key = "sync.trouble.office_full"


class OfficeDamaged(Trouble):
    """503: the office's database is damaged; whoever runs it has to mend it."""

    key = "sync.trouble.office_damaged"


class OfficeReadOnly(Trouble):
    """503: the office may not write where its data is."""

    key = "sync.trouble.office_read_only"


class OfficeFault(Trouble):
    """Another 5xx: nothing was applied."""

    key = "sync.trouble.office_fault"


class Unsettled(Trouble):
    """After a whole resync the digests still differ."""

    key = "sync.trouble.unsettled"


class UploadRefused(Trouble):
    """The office does not take this file as it is."""

    key = "sync.trouble.upload_refused"
