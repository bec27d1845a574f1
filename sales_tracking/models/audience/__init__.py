from . import sales_audience_tag
from . import res_partner_audience
from . import sales_audience
