-- The passages that the findings of the latest judgements rest on.
create or replace view evidence as
with result as (
    select
        scoring_id, call_id, finding_no, evidence_no, rule_id, turn_no, start_s, end_s, quote,
        phrase, text_similarity, sound_similarity, acoustic_llr
    from evidence_result
),
judgement as (
    select call_id, scoring_id, phrasebook_sha256
    from scorecard
),
final as (
    select result.*, judgement.phrasebook_sha256
    from result
    inner join judgement
        on result.call_id = judgement.call_id
        and result.scoring_id = judgement.scoring_id
)
select
    call_id, rule_id, finding_no, evidence_no, turn_no, start_s, end_s, quote, phrase,
    text_similarity, sound_similarity, acoustic_llr, phrasebook_sha256, scoring_id
from final;
