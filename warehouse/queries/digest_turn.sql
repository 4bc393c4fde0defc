select
    call_id, turn_no, speaker, role, role_probability, start_s, end_s, text, level_db, words
from turn
order by call_id, turn_no;
