"""Which browser on which system? What a person knows theirs by, out of what it says of itself."""

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
"""In this order: most of them say that they are those after them, too."""

SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """Such as «Chrome · Windows»; the `User-Agent` itself where it says neither."""
    told = (
        next((name for mark, name in names if mark in agent), None) for names in (BROWSERS, SYSTEMS)
    )
    return " · ".join(name for name in told if name) or agent
