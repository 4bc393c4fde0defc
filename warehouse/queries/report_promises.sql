-- What became of the promises made in calls of some purposes, as the facts say.
select
    count(*) as made,
    count(*) filter (where not dated) as undated,
    count(*) filter (where promise_fact.state = 'kept') as kept,
    count(*) filter (where promise_fact.state = 'late') as late,
    count(*) filter (where promise_fact.state = 'broken') as broken
from promise_fact
inner join report_call on promise_fact.call_id = report_call.call_id
where report_call.era = 'now' and list_contains($purposes, report_call.purpose);
