-- What second listens said in some inspections; `least` and `greatest` as in read_turns.
select
    result.call_id, result.role, result.phrase, result.start_s, result.end_s, result.acoustic_llr
from listened_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($result_ids) as result_id
) as wanted
    on result.call_id = wanted.call_id and result.result_id = wanted.result_id
where result.call_id between $least and $greatest
order by result.call_id, result.start_s, result.phrase;
