create table exported.scorecard as
select
    call_id, phrasebook_sha256, points, points_possible, passed, phrasebook_id,
    phrasebook_version, scored_at, code_version, scoring_id, result_id
from lake.scorecard
order by call_id;

comment on table exported.scorecard is 'The score of each call in its latest judgement.';
comment on column exported.scorecard.call_id is 'The call.';
comment on column exported.scorecard.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.scorecard.points is 'Points reached, exact.';
comment on column exported.scorecard.points_possible is 'Points that could be reached, exact.';
comment on column exported.scorecard.passed is 'Whether the call passes.';
comment on column exported.scorecard.phrasebook_id is 'Name of the phrasebook.';
comment on column exported.scorecard.phrasebook_version is 'Its version, as its authors count.';
comment on column exported.scorecard.scored_at is 'When it was stored, UTC.';
comment on column exported.scorecard.code_version is 'Version of the program that judged.';
comment on column exported.scorecard.scoring_id is 'Identifies this judgement.';
comment on column exported.scorecard.result_id is 'The inspection that it judges.';
