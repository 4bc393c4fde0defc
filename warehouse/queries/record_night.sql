insert into night_result (
    night_id, recorded_at, code_version, inbox, started_at, finished_at, summary
)
values (
    $night_id, $recorded_at, $code_version, $inbox, $started_at, $finished_at, $summary
);
