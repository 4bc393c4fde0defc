select sha256
from schema_view
order by rowid desc
limit 1;
