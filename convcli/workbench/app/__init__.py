"""The Textual program: it draws the state, and turns keys and mouse into transitions. Nothing is decided here."""
