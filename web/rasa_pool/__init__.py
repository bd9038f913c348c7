"""The Rasa processes: started, watched, restarted, switched and stopped by web."""

from web.rasa_pool.keeper import Keeper
from web.rasa_pool.pool import RasaPool
from web.rasa_pool.process import RasaNotReady, RasaProcess
from web.rasa_pool.spec import RasaSpec, rasa_command, rasa_environment, serving_environment

__all__ = [
    "Keeper",
    "RasaNotReady",
    "RasaPool",
    "RasaProcess",
    "RasaSpec",
    "rasa_command",
    "rasa_environment",
    "serving_environment",
]
