"""What people ask of many calls: SQL in files, answers as typed rows; pages and reports share it.

    scope.py       which calls (days, team, agent) and by what they are grouped
    calls.py       calls, scores, flags, credits; the last night
    rules.py       outcomes of the rules, by day, team or agent; lost points
    hearing.py     silence; how surely words and roles were heard
    promised.py    promises kept, late, broken, open, unverifiable
    decided.py     appeals, backlog and speed of the review, agreement

Figures are the machine's, as the facts have them (`warehouse.facts`), except in `decided.py`.
"""
