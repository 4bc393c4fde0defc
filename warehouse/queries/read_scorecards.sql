-- The scores of some judgements; `least` and `greatest` of the call_ids tell which files need not be read.
select
    result.call_id, result.result_id, result.scoring_id, result.scored_at, result.phrasebook_id,
    result.phrasebook_version, result.phrasebook_sha256, result.points, result.points_possible,
    result.passed
from scorecard_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($scoring_ids) as scoring_id
) as wanted
    on result.call_id = wanted.call_id and result.scoring_id = wanted.scoring_id
where result.call_id between $least and $greatest;
