from . import sales_journey_report
