update night_result
set summary = $summary
where stored_no = $stored_no and night_id = $night_id;
