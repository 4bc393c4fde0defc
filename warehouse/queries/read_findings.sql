-- The findings of some judgements; `least` and `greatest` of the call_ids tell which files need not be read.
select
    result.call_id, result.finding_no, result.rule_id, result.outcome, result.probability,
    result.points, result.severity, result.suggestion, result.source,
    coalesce(result.reason_code, '') as reason_code, result.measured,
    coalesce(result.review, 'doubt') as review
from finding_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($scoring_ids) as scoring_id
) as wanted
    on result.call_id = wanted.call_id and result.scoring_id = wanted.scoring_id
where result.call_id between $least and $greatest
order by result.call_id, result.finding_no;
