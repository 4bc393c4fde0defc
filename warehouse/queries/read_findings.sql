select
    finding_no, rule_id, outcome, probability, points, severity, suggestion, source,
    coalesce(reason_code, '') as reason_code, measured
from finding_result
where call_id = $call_id and scoring_id = $scoring_id
order by finding_no;
