-- Which inspection and which judgement of a call count; the judgement is null for a failed call.
select latest_result.result_id, latest_scoring.scoring_id
from latest_result
left join latest_scoring
    on latest_result.call_id = latest_scoring.call_id
    and latest_result.result_id = latest_scoring.result_id
where latest_result.call_id = $call_id;
