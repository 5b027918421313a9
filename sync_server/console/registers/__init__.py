"""Pages of the registers: customers, sites, machines, parts, vans, catalogues; and their files."""
