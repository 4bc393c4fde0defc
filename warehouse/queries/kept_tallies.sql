-- What the findings of rules that stay as they are add up to, by call.
-- rules: rule_id, at_stake (points), fatal; what is not in it does not count.
with finding as (
    select call_id, rule_id, outcome, points
    from finding_result
    where call_id between $first and $last and scoring_id in (select unnest($scoring_ids))
)
select
    finding.call_id,
    coalesce(sum(rule.at_stake) filter (where finding.outcome = 'not_assessable'), 0) as at_stake,
    coalesce(sum(-finding.points)
        filter (where finding.points < 0 and finding.outcome <> 'not_assessable'), 0) as faults,
    coalesce(sum(finding.points)
        filter (where finding.points > 0 and finding.outcome <> 'not_assessable'), 0) as credits,
    coalesce(bool_or(rule.fatal and finding.outcome in ('violated', 'missed')), false) as fatal
from finding
inner join kept_rule as rule on finding.rule_id = rule.rule_id
group by finding.call_id;
