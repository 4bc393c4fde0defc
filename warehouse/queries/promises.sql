select
    call_id, promise_no, agent_id, agent_name, team, customer_ref, turn_no, start_s, end_s, quote,
    kind, time_text, spoken_at, due_at, coalesce(started_at_offset_s, 0) as started_at_offset_s
from promise
order by due_at nulls last, call_id, promise_no;
