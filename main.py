"""What `flet build` and `flet run` want at the root."""

from field_app.app.app import main

main()
