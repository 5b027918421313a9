"""Months of field work in a minute: real tablets, a real office, and everything that goes wrong.

One seed is one history, the same every time. `make soak` runs seed after seed.
"""
