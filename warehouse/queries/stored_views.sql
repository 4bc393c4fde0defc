select sha256
from schema_view
order by stored_no desc
limit 1;
