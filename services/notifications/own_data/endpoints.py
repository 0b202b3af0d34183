from services.notifications.own_data.tables import TABLES
from shared.own_data.endpoints import own_data_router

router = own_data_router("notifications", TABLES)
