-- Calls in which the questions of a rule were asked.
select distinct finding.call_id
from finding
inner join report_call on finding.scoring_id = report_call.scoring_id
where report_call.era = 'now' and finding.rule_id = $rule and finding.outcome = 'met'
order by finding.call_id;
