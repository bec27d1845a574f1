from . import sales_audience_tag
from . import res_partner
from . import sales_audience
