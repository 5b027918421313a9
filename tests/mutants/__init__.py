"""Faults put into the product on purpose: each must be found, or the tests prove nothing."""
