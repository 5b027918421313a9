"""Pieces that several screens use: values and callbacks in, controls out, no store."""
