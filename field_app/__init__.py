"""The tablet: what an engineer carries to a site, with or without a signal."""
