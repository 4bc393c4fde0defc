-- The calls that a record lists, by time.
select
    call_id, scoring_id, day, local_at, agent_id, agent_name, team, customer_ref, purpose,
    duration_s
from report_call
where era = 'now' and state = 'done' and scoring_id is not null
    and list_contains($purposes, purpose)
order by local_at nulls last, call_id;
