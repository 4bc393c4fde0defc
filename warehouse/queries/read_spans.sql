-- Where voices were heard, in some inspections; `least` and `greatest` of the call_ids tell which files need not be read.
select result.call_id, result.start_s, result.end_s, result.speaker, result.level_db
from span_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($result_ids) as result_id
) as wanted
    on result.call_id = wanted.call_id and result.result_id = wanted.result_id
where result.call_id between $least and $greatest
order by result.call_id, result.span_no;
