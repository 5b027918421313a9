"""The word for the worst that can be found."""


class Lost(AssertionError):
    """Something that was said to be saved is nowhere, or is no longer what it was."""
