select call_id, role, phrase, start_s, end_s, acoustic_llr
from listened_result
where call_id between $first and $last and result_id in (select unnest($result_ids))
order by call_id, start_s, phrase;
