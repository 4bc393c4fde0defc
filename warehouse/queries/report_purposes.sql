-- Calls of some purposes added up, with the customers that they reached.
select
    purpose, count(*) as calls, count(*) filter (where state <> 'done') as failed,
    count(distinct customer_ref) as customers, count(distinct agent_id) as agents,
    coalesce(median(duration_s), 0) as duration_s
from report_call
where era = 'now' and list_contains($purposes, purpose)
group by purpose
order by purpose;
