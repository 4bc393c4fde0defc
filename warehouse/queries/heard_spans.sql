select call_id, start_s, end_s, speaker, level_db
from span_result
where call_id between $first and $last and result_id in (select unnest($result_ids))
order by call_id, span_no;
