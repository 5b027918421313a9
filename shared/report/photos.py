"""A photo, from the camera's bytes to the evidence that is kept, printed and checked."""
