"""How tablets and the office come to agree: hello, push, pull, files, rescue packages."""
