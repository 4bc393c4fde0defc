-- What ought not to be: by name, how many rows are at fault. Full scans.
select 'done_without_score' as name, count(*) as faults
from call_result
anti join scorecard_result on call_result.result_id = scorecard_result.result_id
where call_result.state = 'done'
union all
select 'doubled_results', count(*) - count(distinct result_id) from call_result
union all
select 'doubled_scores', count(*) - count(distinct scoring_id) from scorecard_result
union all
select 'doubled_numbers', count(*) - count(distinct stored_no) from scorecard_result
union all
select 'doubled_calls', count(*) - count(distinct call_id) from call
union all
select 'scores_without_result', count(*)
from scorecard_result
anti join call_result on scorecard_result.result_id = call_result.result_id
union all
select 'findings_without_score', count(*)
from finding_result
anti join scorecard_result on finding_result.scoring_id = scorecard_result.scoring_id
union all
select 'doubled_findings', count(*) - count(distinct (scoring_id, finding_no)) from finding_result
union all
select 'evidence_without_finding', count(*)
from evidence_result
anti join finding_result
    on evidence_result.scoring_id = finding_result.scoring_id
    and evidence_result.finding_no = finding_result.finding_no
union all
select 'turns_without_result', count(*)
from turn_result
anti join call_result on turn_result.result_id = call_result.result_id
union all
select 'doubled_turns', count(*) - count(distinct (result_id, turn_no)) from turn_result
union all
select 'promises_without_score', count(*)
from promise_result
anti join scorecard_result on promise_result.scoring_id = scorecard_result.scoring_id;
