"""Tests are sentences about the field."""
