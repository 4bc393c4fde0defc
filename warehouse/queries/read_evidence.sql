-- The passages under the findings of some judgements; `least` and `greatest` of the call_ids tell which files need not be read.
select
    result.call_id, result.finding_no, result.turn_no, result.start_s, result.end_s, result.quote,
    result.phrase, result.text_similarity, result.sound_similarity, result.acoustic_llr
from evidence_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($scoring_ids) as scoring_id
) as wanted
    on result.call_id = wanted.call_id and result.scoring_id = wanted.scoring_id
where result.call_id between $least and $greatest
order by result.call_id, result.finding_no, result.evidence_no;
