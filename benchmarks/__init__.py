"""Times and sizes, measured on the machine at hand."""
