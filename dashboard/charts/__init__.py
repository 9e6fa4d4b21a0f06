"""
Charts by the shape of the question, never by page: a small frame and words in, a figure out.

They aggregate nothing. Colour means better or worse, never up or down, and never speaks alone.
"""
