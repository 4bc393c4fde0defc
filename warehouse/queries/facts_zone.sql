-- The time zone of the facts as they are; no row without facts.
select zone
from fact_refresh
order by refresh_no desc
limit 1;
