-- The passages of findings that stay as they are, under the new judgements of their calls.
insert into evidence_result by name
select
    moved.new_scoring_id as scoring_id, evidence.result_id, evidence.call_id,
    kept_place.finding_no, evidence.evidence_no, evidence.rule_id, evidence.turn_no,
    evidence.start_s, evidence.end_s, evidence.quote, evidence.phrase,
    evidence.text_similarity, evidence.sound_similarity, evidence.acoustic_llr
from evidence_result as evidence
inner join moved on evidence.scoring_id = moved.scoring_id
inner join kept_place on evidence.rule_id = kept_place.rule_id
where evidence.call_id between $first and $last
order by evidence.call_id, kept_place.finding_no, evidence.evidence_no;
