"""Hostile input, seed after seed: what it may never do to the product."""
