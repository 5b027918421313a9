"""How the tablet and the office come to agree: rounds, the wire, uploads, and the way out."""
