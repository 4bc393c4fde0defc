create table exported.evidence as
select
    call_id, rule_id, finding_no, evidence_no, turn_no, start_s, end_s, quote, phrase,
    text_similarity, sound_similarity, acoustic_llr, phrasebook_sha256, scoring_id
from lake.evidence
order by call_id, finding_no, evidence_no;

comment on table exported.evidence is 'The passages that the findings rest on.';
comment on column exported.evidence.call_id is 'The call.';
comment on column exported.evidence.rule_id is 'The rule.';
comment on column exported.evidence.finding_no is 'The finding in the judgement.';
comment on column exported.evidence.evidence_no is 'Place in the finding, from 0.';
comment on column exported.evidence.turn_no is 'The turn; null for what is in none, such as silence.';
comment on column exported.evidence.start_s is 'Seconds from the start of the recording.';
comment on column exported.evidence.end_s is 'Seconds from the start of the recording.';
comment on column exported.evidence.quote is 'What was heard. Personal data.';
comment on column exported.evidence.phrase is 'What the norm says.';
comment on column exported.evidence.text_similarity is 'Similarity of the characters, 0-100.';
comment on column exported.evidence.sound_similarity is 'Similarity of the syllables, 0-100.';
comment on column exported.evidence.acoustic_llr is 'Log-probability per token of the phrase against the words read, natural logarithm; null if not listened to twice.';
comment on column exported.evidence.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.evidence.scoring_id is 'The judgement.';
