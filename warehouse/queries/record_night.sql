insert into night_result (
    night_id, stored_no, recorded_at, code_version, inbox, started_at, finished_at, summary
)
select
    $night_id, coalesce(max(stored_no), 0) + 1, $recorded_at, $code_version, $inbox, $started_at,
    $finished_at, $summary
from night_result;
