"""
One question each. A page arranges what `dashboard.ui` draws; it computes nothing and fetches nothing.

Run alone a page does nothing: only `dashboard/app.py` calls `render`, after it has asked who looks.
"""
