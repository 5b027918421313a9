"""The HTTP API of the sync contract: messages checked, the work done, problems answered."""
