-- The promises of each call in its latest judgement, with whose they are.
create or replace view promise as
with result as (
    select
        scoring_id, call_id, promise_no, turn_no, start_s, end_s, quote, kind, time_text,
        spoken_at, due_at
    from promise_result
),
party as (
    select call_id, agent_id, agent_name, team, customer_ref, started_at_offset_s
    from call
),
final as (
    select
        result.*, party.agent_id, party.agent_name, party.team, party.customer_ref,
        party.started_at_offset_s
    from result
    inner join latest_scoring
        on result.call_id = latest_scoring.call_id
        and result.scoring_id = latest_scoring.scoring_id
    inner join party on result.call_id = party.call_id
)
select
    call_id, promise_no, turn_no, start_s, end_s, quote, kind, time_text, spoken_at, due_at,
    agent_id, agent_name, team, customer_ref, started_at_offset_s, scoring_id
from final;
