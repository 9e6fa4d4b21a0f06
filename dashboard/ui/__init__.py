"""
The only rooms, with app.py, that know streamlit: context, filters, cards, tables, states, exports.
"""
