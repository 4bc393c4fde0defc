insert into fact_refresh by name
select
    coalesce((select max(refresh_no) from fact_refresh), 0) + 1 as refresh_no,
    $refreshed_at as refreshed_at,
    $zone as zone,
    coalesce((select max(stored_no) from call_result), 0) as results_no,
    coalesce((select max(stored_no) from scorecard_result), 0) as scorings_no;
