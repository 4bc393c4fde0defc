-- Every inspection of the calls of a customer, of an agent, or of calls before a day.
with concerned as (
    select distinct call_id
    from call_result
    where ($kind = 'customer' and customer_ref = $value)
        or ($kind = 'agent' and agent_id = $value)
        or ($kind = 'before' and coalesce(started_at, recorded_at) < cast($before as timestamptz))
)
select call_result.call_id, call_result.recording_path, call_result.audio_sha256
from call_result
semi join concerned on call_result.call_id = concerned.call_id
order by call_result.call_id;
