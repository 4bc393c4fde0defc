-- The words of some calls; sorted files are found by the first and last call.
select turn_no, call_id, speaker, role, role_probability, start_s, end_s, text, level_db, words
from turn_result
where call_id between $first and $last and result_id in (select unnest($result_ids))
order by call_id, turn_no;
