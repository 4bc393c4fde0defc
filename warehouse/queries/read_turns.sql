select turn_no, speaker, role, role_probability, start_s, end_s, text, words, level_db
from turn_result
where call_id = $call_id and result_id = $result_id
order by turn_no;
