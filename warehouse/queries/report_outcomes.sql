-- How some rules came out in calls of some purposes; a credit that a call could have earned and did
-- not is missed.
with found as (
    select
        finding.rule_id,
        case
            when finding.reason_code = 'judging.not_earned' then 'missed' else finding.outcome
        end as outcome
    from finding
    inner join report_call on finding.scoring_id = report_call.scoring_id
    where report_call.era = 'now' and list_contains($purposes, report_call.purpose)
        and list_contains($rules, finding.rule_id)
)
select rule_id, outcome, count(*) as calls
from found
group by rule_id, outcome
order by rule_id, outcome;
