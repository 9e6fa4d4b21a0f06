"""
From an operational database to rows of a fact: a query file is checked, a source read, each row judged readable.

Only this package opens databases, and it only reads them.
"""
