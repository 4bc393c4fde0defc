-- Calls of the organisation to the customers of the report's complaints afterwards, first ones first.
with complaint as (
    select call_id, customer_ref, started_at
    from report_call
    where era = 'now' and list_contains($purposes, purpose)
        and customer_ref is not null and started_at is not null
),
later as (
    select
        call_id, customer_ref, started_at,
        started_at + to_seconds(coalesce(started_at_offset_s, 0)) as local_at, agent_id, agent_name
    from call
    where customer_ref in (select customer_ref from complaint)
        and (
            direction = 'outbound'
            or (direction is null and purpose in ('callback', 'absence', 'satisfaction'))
        )
)
select
    complaint.call_id, later.call_id as later_id, later.local_at, later.agent_id, later.agent_name,
    (epoch(later.started_at) - epoch(complaint.started_at)) / 86400.0 as after_days
from complaint
inner join later
    on complaint.customer_ref = later.customer_ref and later.started_at > complaint.started_at
    and later.call_id <> complaint.call_id
qualify row_number() over (partition by complaint.call_id order by later.started_at) <= $most
order by complaint.call_id, later.started_at, later.call_id;
