select role, phrase, start_s, end_s, acoustic_llr
from listened_result
where call_id = $call_id and result_id = $result_id
order by start_s, phrase;
