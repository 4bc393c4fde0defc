-- The first number of storing that is free in both tables; answered from statistics, not by a scan.
select greatest(
    (select coalesce(max(stored_no), 0) from call_result),
    (select coalesce(max(stored_no), 0) from scorecard_result)
) + 1;
