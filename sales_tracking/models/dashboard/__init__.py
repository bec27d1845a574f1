from . import ir_model_data_dashboards
