-- What the machines found out, append only.
--
-- A result is one inspection of one recording: it heard the words, or failed with a reason. A
-- scoring is one judgement of a result under one phrasebook; a result gets more of them when the
-- phrasebook changes. Which of them counts is the views' business.
--
-- Sorted by call, so that the files of one call are found by their least and greatest call_id.
-- (Merging sorted files renumbers DuckLake's rowid, so what came first is a column of its own.)

create table call_result (
    result_id varchar not null,
    stored_no bigint not null,
    night_id varchar,
    recorded_at timestamptz not null,
    code_version varchar not null,
    call_id varchar not null,
    audio_sha256 varchar,
    recording_path varchar not null,
    state varchar not null,
    reason_code varchar,
    reason_values json,
    reason varchar,
    started_at timestamptz,
    started_at_offset_s integer,
    duration_s double,
    channels integer,
    sample_rate_hz integer,
    codec varchar,
    warnings json,
    language varchar,
    language_probability double,
    declared_language varchar,
    purpose varchar,
    direction varchar,
    agent_id varchar,
    agent_name varchar,
    team varchar,
    customer_ref varchar,
    answered_after_s double,
    hung_up_by varchar,
    channel_roles varchar[],
    asr_model varchar,
    segmentation_model varchar,
    embedding_model varchar,
    phrasebook_sha256 varchar,
    agent_talk_s double,
    customer_talk_s double,
    silence_s double,
    longest_silence_s double,
    overlap_s double,
    agent_chars_per_min double,
    agent_interruptions integer,
    transcript_s double,
    stages struct(stage varchar, elapsed_s double)[]
);
alter table call_result set sorted by (call_id);

comment on table call_result is 'One inspection of one recording, or the reason why it failed.';
comment on column call_result.result_id is 'Identifies this inspection.';
comment on column call_result.stored_no is 'Place in the order of storing, unique in the table; unlike a clock it never goes back.';
comment on column call_result.night_id is 'The nightly run that made it; null outside of one.';
comment on column call_result.recorded_at is 'When it was stored, UTC.';
comment on column call_result.code_version is 'Version of the program that made it.';
comment on column call_result.call_id is 'The telephone system''s name of the call.';
comment on column call_result.audio_sha256 is 'SHA-256 of the recording''s bytes, hexadecimal; null if they could not be read.';
comment on column call_result.recording_path is 'Where the recording was read. Personal data if its name holds any.';
comment on column call_result.state is 'done or failed.';
comment on column call_result.reason_code is 'Key of the message that tells why it failed; null if done.';
comment on column call_result.reason_values is 'What fills that message.';
comment on column call_result.reason is 'Why it failed, as it was told; null if done.';
comment on column call_result.started_at is 'When the call began, UTC; null if not known.';
comment on column call_result.started_at_offset_s is 'Seconds that the call''s local time is ahead of UTC.';
comment on column call_result.duration_s is 'Length of the decoded sound, seconds.';
comment on column call_result.channels is 'Tracks of the recording.';
comment on column call_result.sample_rate_hz is 'Sample rate of the recording, hertz.';
comment on column call_result.codec is 'How the sound was coded.';
comment on column call_result.warnings is 'What was odd about the recording: a list of [message key, values].';
comment on column call_result.language is 'Language of the call as heard, else as declared: zh, es or en.';
comment on column call_result.language_probability is 'Probability of the language, 0-1.';
comment on column call_result.declared_language is 'Language in the sidecar; null if it says none.';
comment on column call_result.purpose is 'Why the call took place, by the sidecar.';
comment on column call_result.direction is 'inbound or outbound, by the sidecar.';
comment on column call_result.agent_id is 'Who spoke for the organisation, by the sidecar. Personal data.';
comment on column call_result.agent_name is 'Name of the agent. Personal data.';
comment on column call_result.team is 'Team of the agent.';
comment on column call_result.customer_ref is 'The organisation''s reference of the customer. Personal data.';
comment on column call_result.answered_after_s is 'Ringing before the answer, seconds.';
comment on column call_result.hung_up_by is 'Who ended the call, by the sidecar.';
comment on column call_result.channel_roles is 'Role on each track, by the sidecar; empty if it says none.';
comment on column call_result.asr_model is 'Weights that read the words, name@hash.';
comment on column call_result.segmentation_model is 'Weights that found the speech, name@hash.';
comment on column call_result.embedding_model is 'Weights that told the voices apart, name@hash.';
comment on column call_result.phrasebook_sha256 is 'Phrasebook of the first scoring; later ones are in scorecard_result.';
comment on column call_result.agent_talk_s is 'Seconds in which the agent speaks.';
comment on column call_result.customer_talk_s is 'Seconds in which the customer speaks.';
comment on column call_result.silence_s is 'Seconds in which nobody speaks.';
comment on column call_result.longest_silence_s is 'Longest stretch in which nobody speaks, seconds.';
comment on column call_result.overlap_s is 'Seconds in which both speak.';
comment on column call_result.agent_chars_per_min is 'Characters per minute of the agent''s speech; null if unknown.';
comment on column call_result.agent_interruptions is 'Times that the agent cut in.';
comment on column call_result.transcript_s is 'Length that the transcript covers, seconds.';
comment on column call_result.stages is 'Wall seconds by stage, in the order of work.';

create table turn_result (
    result_id varchar not null,
    call_id varchar not null,
    turn_no integer not null,
    speaker varchar not null,
    role varchar not null,
    role_probability double not null,
    start_s double not null,
    end_s double not null,
    text varchar not null,
    level_db double,
    words struct(text varchar, start_s double, end_s double, probability double)[]
);
alter table turn_result set sorted by (call_id, turn_no);

comment on table turn_result is 'One party''s uninterrupted speech.';
comment on column turn_result.result_id is 'The inspection that heard it.';
comment on column turn_result.call_id is 'The call.';
comment on column turn_result.turn_no is 'Place in the call, from 0.';
comment on column turn_result.speaker is 'The diarizer''s label.';
comment on column turn_result.role is 'agent, customer or unknown.';
comment on column turn_result.role_probability is 'Probability of the role, 0-1.';
comment on column turn_result.start_s is 'Seconds from the start of the recording.';
comment on column turn_result.end_s is 'Seconds from the start of the recording.';
comment on column turn_result.text is 'What was heard. Personal data.';
comment on column turn_result.level_db is 'Loudness, decibels relative to full scale.';
comment on column turn_result.words is 'The words with their times (seconds) and probability (0-1). Personal data.';

create table span_result (
    result_id varchar not null,
    call_id varchar not null,
    span_no integer not null,
    speaker varchar not null,
    start_s double not null,
    end_s double not null,
    level_db double
);
alter table span_result set sorted by (call_id, span_no);

comment on table span_result is 'Where a voice was heard, also where no word was understood.';
comment on column span_result.result_id is 'The inspection that heard it.';
comment on column span_result.call_id is 'The call.';
comment on column span_result.span_no is 'Place in the call, from 0.';
comment on column span_result.speaker is 'The diarizer''s label.';
comment on column span_result.start_s is 'Seconds from the start of the recording.';
comment on column span_result.end_s is 'Seconds from the start of the recording.';
comment on column span_result.level_db is 'Loudness, decibels relative to full scale.';

create table scorecard_result (
    scoring_id varchar not null,
    result_id varchar not null,
    call_id varchar not null,
    stored_no bigint not null,
    scored_at timestamptz not null,
    code_version varchar not null,
    phrasebook_id varchar not null,
    phrasebook_version varchar not null,
    phrasebook_sha256 varchar not null,
    points decimal(12, 4) not null,
    points_possible decimal(12, 4) not null,
    passed boolean not null
);
alter table scorecard_result set sorted by (call_id);

comment on table scorecard_result is 'One judgement of one inspection under one phrasebook.';
comment on column scorecard_result.scoring_id is 'Identifies this judgement.';
comment on column scorecard_result.result_id is 'The inspection that it judges.';
comment on column scorecard_result.call_id is 'The call.';
comment on column scorecard_result.stored_no is 'Place in the order of storing, unique in the table; unlike a clock it never goes back.';
comment on column scorecard_result.scored_at is 'When it was stored, UTC.';
comment on column scorecard_result.code_version is 'Version of the program that judged.';
comment on column scorecard_result.phrasebook_id is 'Name of the phrasebook.';
comment on column scorecard_result.phrasebook_version is 'Its version, as its authors count.';
comment on column scorecard_result.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column scorecard_result.points is 'Points reached, exact.';
comment on column scorecard_result.points_possible is 'Points that could be reached, exact.';
comment on column scorecard_result.passed is 'Whether the call passes.';

create table finding_result (
    scoring_id varchar not null,
    result_id varchar not null,
    call_id varchar not null,
    finding_no integer not null,
    rule_id varchar not null,
    outcome varchar not null,
    probability double not null,
    points decimal(12, 4) not null,
    severity varchar not null,
    suggestion varchar,
    source varchar,
    reason_code varchar
);
alter table finding_result set sorted by (call_id, finding_no);

comment on table finding_result is 'One rule''s verdict in one judgement.';
comment on column finding_result.scoring_id is 'The judgement.';
comment on column finding_result.result_id is 'The inspection that it judges.';
comment on column finding_result.call_id is 'The call.';
comment on column finding_result.finding_no is 'Place in the judgement, from 0.';
comment on column finding_result.rule_id is 'The rule.';
comment on column finding_result.outcome is 'violated, met, missed, clear, not_applicable or not_assessable.';
comment on column finding_result.probability is 'Probability that the outcome is true, 0-1.';
comment on column finding_result.points is 'Effect on the score, exact; 0 if none.';
comment on column finding_result.severity is 'How grave the rule is.';
comment on column finding_result.suggestion is 'What could have been said instead; null if the norm says nothing.';
comment on column finding_result.source is 'File and line of the norm.';
comment on column finding_result.reason_code is 'Key of the message that explains the outcome; null if the evidence speaks for itself.';

create table evidence_result (
    scoring_id varchar not null,
    result_id varchar not null,
    call_id varchar not null,
    finding_no integer not null,
    evidence_no integer not null,
    rule_id varchar not null,
    turn_no integer,
    start_s double not null,
    end_s double not null,
    quote varchar not null,
    phrase varchar not null,
    text_similarity double not null,
    sound_similarity double not null,
    acoustic_llr double
);
alter table evidence_result set sorted by (call_id, finding_no, evidence_no);

comment on table evidence_result is 'A passage that a finding rests on.';
comment on column evidence_result.scoring_id is 'The judgement.';
comment on column evidence_result.result_id is 'The inspection that it judges.';
comment on column evidence_result.call_id is 'The call.';
comment on column evidence_result.finding_no is 'The finding in the judgement.';
comment on column evidence_result.evidence_no is 'Place in the finding, from 0.';
comment on column evidence_result.rule_id is 'The rule.';
comment on column evidence_result.turn_no is 'The turn; null for what is in none, such as silence.';
comment on column evidence_result.start_s is 'Seconds from the start of the recording.';
comment on column evidence_result.end_s is 'Seconds from the start of the recording.';
comment on column evidence_result.quote is 'What was heard. Personal data.';
comment on column evidence_result.phrase is 'What the norm says.';
comment on column evidence_result.text_similarity is 'Similarity of the characters, 0-100.';
comment on column evidence_result.sound_similarity is 'Similarity of the syllables, 0-100.';
comment on column evidence_result.acoustic_llr is 'Log-probability per token of the phrase against the words read, natural logarithm; null if not listened to twice.';

create table night_result (
    night_id varchar not null,
    stored_no bigint not null,
    recorded_at timestamptz not null,
    code_version varchar not null,
    inbox varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    summary json not null
);

comment on table night_result is 'One nightly run; a resumed one has several rows, the last counts.';
comment on column night_result.night_id is 'Identifies the run.';
comment on column night_result.stored_no is 'Place in the order of storing, unique in the table; unlike a clock it never goes back.';
comment on column night_result.recorded_at is 'When the row was stored, UTC.';
comment on column night_result.code_version is 'Version of the program that ran.';
comment on column night_result.inbox is 'Folder of the recordings.';
comment on column night_result.started_at is 'When the run began, UTC.';
comment on column night_result.finished_at is 'When the run ended, UTC.';
comment on column night_result.summary is 'What the run told its people.';
