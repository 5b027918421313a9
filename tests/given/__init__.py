"""What earlier releases made, kept as they made it, and opened by the code of today.

`0.1.0/` holds an office's folder and its backup, a tablet's folder with a signed visit that it had
not sent, the rescue package of the same, every kind of report under a seal, and the messages of a
visit as they went over the line. The folders are packed (`.tar.xz`): so they keep who may read
what, and the keys in them, which are nobody's, are not taken for somebody's.

    python -m tests.given FOLDER            makes all of it again, into FOLDER
    python -m tests.given --large FOLDER    more of it: forty visits, photos of full size

That takes the tree of the release out of this repository's history, runs `0.1.0/origin.py` with it
and lets it go. What is kept here is never made again in its place: it is what users have.

Everything was made on 9 March 2026 by its own clock; the tests set theirs to that day, so no term
runs out between them. The seals' certificates end in 2036: a seal is read as of its own date.
"""
