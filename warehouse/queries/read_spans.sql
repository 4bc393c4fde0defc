select start_s, end_s, speaker, level_db
from span_result
where call_id = $call_id and result_id = $result_id
order by span_no;
