"""The service report (hoja de servicio): what a reader sees, and the PDF/A-3b that carries it."""
