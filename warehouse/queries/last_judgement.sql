-- The number of the judgement stored last; answered from statistics, not by a scan.
select coalesce(max(stored_no), 0)
from scorecard_result;
