select
    call_id, finding_no, evidence_no, rule_id, turn_no, start_s, end_s, quote, phrase,
    text_similarity, sound_similarity, acoustic_llr
from evidence
order by call_id, finding_no, evidence_no;
