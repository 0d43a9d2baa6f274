"""The grammar of the language and its standard library, as data."""
