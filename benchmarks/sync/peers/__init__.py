"""Clients and servers of others, each in its own language and environment."""
