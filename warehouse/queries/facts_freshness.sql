with last as (
    select
        max(refreshed_at) as refreshed_at,
        coalesce(max(results_no), 0) as results_no,
        coalesce(max(scorings_no), 0) as scorings_no
    from fact_refresh
)
select
    (select refreshed_at from last) as refreshed_at,
    (select count(*) from call_result where stored_no > (select results_no from last))
    + (select count(*) from scorecard_result where stored_no > (select scorings_no from last))
        as behind;
