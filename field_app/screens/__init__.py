"""What is on the screen: each routed screen in a file of its own."""
