-- What judging anew needs: the evidence of second listens, and the parts of the phrasebooks that
-- judged, so that only rules that changed are judged again.

create table listened_result (
    result_id varchar not null,
    call_id varchar not null,
    role varchar not null,
    phrase varchar not null,
    start_s double not null,
    end_s double not null,
    acoustic_llr double not null
);
alter table listened_result set sorted by (call_id, start_s);

comment on table listened_result is 'What a second listen said of one phrase at one place.';
comment on column listened_result.result_id is 'The inspection that listened.';
comment on column listened_result.call_id is 'The call.';
comment on column listened_result.role is 'agent or customer.';
comment on column listened_result.phrase is 'What the norm says.';
comment on column listened_result.start_s is 'Seconds from the start of the recording.';
comment on column listened_result.end_s is 'Seconds from the start of the recording.';
comment on column listened_result.acoustic_llr is 'Log-probability per token of the phrase against the words read, natural logarithm.';

create table rule_digest (
    phrasebook_sha256 varchar not null,
    rule_id varchar not null,
    rule_sha256 varchar not null
);

comment on table rule_digest is 'The parts of each phrasebook that judged calls, by hash.';
comment on column rule_digest.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column rule_digest.rule_id is 'The rule; empty for what concerns all rules.';
comment on column rule_digest.rule_sha256 is 'SHA-256 of what decides the rule''s findings, hexadecimal.';
