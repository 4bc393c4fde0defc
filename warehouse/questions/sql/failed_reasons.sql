-- Why calls could not be inspected.
select coalesce(reason_code, '') as reason_code, count(*) as calls
from call_fact
where /* part: in_days_and_team */
    and ($agent_id is null or agent_id = $agent_id)
    and state = 'failed'
group by reason_code
order by calls desc, reason_code;
