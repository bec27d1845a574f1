from . import sales_journey_import
