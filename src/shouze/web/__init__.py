"""The house that all pages live in: Django's settings, sign-in, languages, layout, and the pages every register has."""
