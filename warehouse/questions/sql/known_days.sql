-- From when to when there are calls, and in which teams.
select min(day) as first_day, max(day) as last_day, list(distinct team) as teams
from call_fact;
