-- The turns of some inspections; `least` and `greatest` of the call_ids tell which files need not be read.
select
    result.call_id, result.turn_no, result.speaker, result.role, result.role_probability,
    result.start_s, result.end_s, result.text, result.words, result.level_db
from turn_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($result_ids) as result_id
) as wanted
    on result.call_id = wanted.call_id and result.result_id = wanted.result_id
where result.call_id between $least and $greatest
order by result.call_id, result.turn_no;
