"""
The Insurance Service Dashboard: are customers treated well, and on time?
"""
