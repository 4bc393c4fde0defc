-- What people and the machine hold against each agent in the report's days.
select
    report_call.agent_id,
    count(*) filter (where status = 'confirmed') as confirmed,
    count(*) filter (where status = 'open') as open,
    count(*) filter (where status = 'false') as wrong,
    count(*) filter (where status = 'doubtful') as doubtful,
    count(distinct report_flag.call_id) filter (where status = 'confirmed') as calls_confirmed
from report_flag
inner join report_call on report_flag.scoring_id = report_call.scoring_id
where report_call.era = 'now'
group by report_call.agent_id
order by report_call.agent_id;
