"""
The Insurance Service Dashboard shows whether customers are treated well, and on time.
"""
