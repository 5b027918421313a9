"""Customers, sites, contacts, assets, parts, stock, catalogues: from files and into them."""
