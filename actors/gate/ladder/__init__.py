"""How far autonomy may go: up a ladder of stages one by one, back at once when the council is not well.

The foundation's figures, stability reports, resource states, vetoes and the operator's ceiling flow in; the stage and
the mode that is due for each level flow out, and the veto puts it in force. Start at `stages.py`, the table of the
ladder; `criteria.py` holds what lets it begin, `limits.py` what holds it back, `bars.py` what is vetoed too often.
"""
