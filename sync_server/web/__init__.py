"""What every page shares: security headers, static files, forms, formatting, brand."""
