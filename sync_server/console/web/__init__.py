"""What all console pages share: sign-in session, layout, navigation, formatting."""
