select
    finding_no, turn_no, start_s, end_s, quote, phrase, text_similarity, sound_similarity,
    acoustic_llr
from evidence_result
where call_id = $call_id and scoring_id = $scoring_id
order by finding_no, evidence_no;
