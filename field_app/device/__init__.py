"""The machine under the tablet: folder, clock, position, secrets, settings."""
