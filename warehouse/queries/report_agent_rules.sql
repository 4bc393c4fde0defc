-- How many flags of each rule an agent has, by what people said of them.
select report_call.agent_id, report_flag.rule_id, report_flag.status, count(*) as flags
from report_flag
inner join report_call on report_flag.scoring_id = report_call.scoring_id
where report_call.era = 'now'
group by report_call.agent_id, report_flag.rule_id, report_flag.status
order by report_call.agent_id, flags desc, report_flag.rule_id, report_flag.status;
