-- What a report says of its source: failed calls by reason, phrasebooks, and days that are known.
select 'failed' as about, reason_code as name, count(*) as number
from report_call
where era = 'now' and state <> 'done'
group by reason_code
union all
select 'phrasebook', phrasebook_version || ' · ' || left(phrasebook_sha256, 8), count(*)
from report_call
where era = 'now' and phrasebook_sha256 is not null
group by all
union all
select 'unplaced', null, count(*)
from report_call
where era = 'now' and started_at is null
order by 1, 3 desc, 2;
