"""`pggit resolve --interactive`: conflicts one by one, base, ours and theirs side by side.

`session.py` is what the keys do, `screen.py` what is seen, `terminal.py` the terminal, `loop.py` puts them together.
"""
