"""What a customer sees in a browser, without an account."""
