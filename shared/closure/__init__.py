"""The closure checklist: may this ticket be closed, and what is missing?"""
