"""The main screen and the dialogs over it. A dialog asks one thing and hands back one answer; it changes nothing."""
