"""Clients that are none of ours speak with the office."""
