-- Whose some calls are, on which day of their own clock, and whether they are complaints.
select
    call_id, agent_id,
    cast(
        cast(started_at as timestamp) + to_seconds(coalesce(started_at_offset_s, 0)) as date
    ) as day,
    coalesce(purpose = 'complaint', false) as complaint
from call
where call_id in (select unnest($call_ids)) and agent_id is not null and started_at is not null;
