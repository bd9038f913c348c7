"""The typed keys under which the application holds its resources."""

from __future__ import annotations

from aiohttp import web

from actions.desk import Desk
from shop.database import Database
from web.chat import Assistant
from web.config import AppConfig
from web.door import Door
from web.gateway import Gateway
from web.measures import Measures
from web.presence import Presence
from web.rasa_pool import RasaPool
from web.sessions import Sessions

CONFIG = web.AppKey("config", AppConfig)
DATABASE = web.AppKey("database", Database)
DESK = web.AppKey("desk", Desk)
GATEWAY = web.AppKey("gateway", Gateway)
RASA_POOL = web.AppKey("rasa_pool", RasaPool)  # absent when somebody else runs Rasa
ACTION_PORT = web.AppKey("action_port", int)  # the port actually bound; absent when not served
SESSIONS = web.AppKey("sessions", Sessions)
ASSISTANT = web.AppKey("assistant", Assistant)
DOOR = web.AppKey("door", Door)
MEASURES = web.AppKey("measures", Measures)
PRESENCE = web.AppKey("presence", Presence)
